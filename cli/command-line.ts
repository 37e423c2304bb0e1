/** The common part of all commands: parsing, `--help`, one line for a wrong option, exit codes. */
import { realpathSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Command, CommanderError, Option } from 'commander'
import { escapeControls } from '../formats/escape-controls.ts'

/** An invalid command line; the message names the option. */
export class UsageError extends Error {
  override name = 'UsageError'
}

const invocationOf = (script: string) => (script === 'start' ? 'npm start' : `npm run ${script}`)

/** The command line of one npm script; `notes` follow its help. */
export function createCommand(
  script: string,
  description: string,
  options: readonly Option[] = [],
  notes = '',
): Command {
  const command = new Command(`${invocationOf(script)} --`)
    .description(description)
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', notes)
    .configureOutput({ writeErr: () => {} })
    .exitOverride()
  for (const option of options) addOnce(command, option)
  return command
}

/** Adds an option; one that collects no values may not be given twice. */
function addOnce(command: Command, option: Option): void {
  const name = option.attributeName()
  command.on(`option:${option.name()}`, () => {
    const isGiven = command.getOptionValueSource(name) === 'cli'
    if (isGiven && !Array.isArray(command.getOptionValue(name)))
      throw new UsageError(`${option.long} is given twice`)
  })
  // Its own listener takes the value, after this one.
  command.addOption(option)
}

/**
 * An option with a value.
 * @param parse throws an Error that names the option if the value is invalid; `earlier` is the
 *   default, or the result for an earlier occurrence of the option
 */
export function createOption<T>(
  flags: string,
  description: string,
  parse: (name: string, text: string, earlier?: T) => T,
  standard?: T,
): Option {
  const [name = ''] = flags.split(' ')
  const parser = (text: string, earlier: T | undefined) => {
    if (text.startsWith('--')) throw new UsageError(`${name} needs a value, not ${text}`)
    try {
      return parse(name, text, earlier)
    } catch (error) {
      throw new UsageError((error as Error).message)
    }
  }
  return new Option(flags, description).default(standard).argParser(parser)
}

export const asText = (_name: string, text: string): string => text

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** @throws Error if the text is not a decimal number */
export function asNumber(name: string, text: string): number {
  const value = Number(text)
  if (!decimal.test(text.trim()) || !Number.isFinite(value))
    throw new Error(`${name} must be a number, not "${text}"`)
  return value
}

/**
 * Parses a command line into the options of `command`.
 * @returns false if it asked for help, which is then printed
 * @throws UsageError
 */
export function parseCommand(command: Command, args: string[]): boolean {
  try {
    command.parse(args, { from: 'user' })
    return true
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.exitCode === 0) return false
    const [first = '', ...rest] = error.message.replace(/^error: /, '').replaceAll('\n', ' ')
    throw new UsageError(first.toUpperCase() + rest.join(''))
  }
}

/** The exit code of a program that Ctrl-C has ended, as in a shell. */
export const interruptedCode = 130

export type Program = {
  command: Command
  /** Does the work; resolves with the exit code. */
  run: () => Promise<number>
  explain?: (error: unknown) => string
  /** The exit code of a failure and of a wrong option. */
  failureCode?: number
  onClosedPipe?: () => void
}

/** Runs a command line; prints its error, if any. Resolves with the exit code. */
export async function runCommand(program: Program, args: string[]): Promise<number> {
  const { command, run, explain = messageOf, failureCode = 1 } = program
  try {
    return parseCommand(command, args) ? await run() : 0
  } catch (error) {
    const message = error instanceof UsageError ? withHint(error, command) : explain(error)
    console.error(message.split('\n').map(escapeControls).join('\n'))
    return failureCode
  }
}

/**
 * Whether a file is the program of this process, rather than an import of another one.
 * `import.meta.main` says the same, but only since Node.js 24.2: an older one would do nothing.
 */
export const isMain = (url: string): boolean =>
  process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(url)

/**
 * Runs the command line of this process, and sets its exit code. `npm run fault | head -2` closes
 * the pipe early: later output is dropped without a stack trace.
 */
export async function runProgram(program: Program): Promise<void> {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      program.onClosedPipe?.()
    })
  process.exitCode = await runCommand(program, process.argv.slice(2))
}

const messageOf = (error: unknown) => (error as Error).message

const withHint = ({ message }: UsageError, command: Command) =>
  `${message.replace(/\.?$/, '.')} ${command.name()} --help shows the options.`
