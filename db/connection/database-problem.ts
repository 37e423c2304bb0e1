/** Why a database cannot be used, in the same words for every caller. */
import { addressOf, type DatabaseAddress } from './database-url.ts'

/**
 * Thrown if a database cannot be used. Its message is one line that names DATABASE_URL and never
 * the password.
 */
export class DatabaseProblem extends Error {
  override name = 'DatabaseProblem'
  /** Whether a retry cannot help. */
  readonly permanent: boolean

  constructor(words: string, { permanent, cause }: { permanent: boolean; cause?: unknown }) {
    super(`DATABASE_URL: ${words}`, { cause })
    this.permanent = permanent
  }
}

type Words = (address: DatabaseAddress, message: string) => string

export const readOnlyWords = ({ server }: Pick<DatabaseAddress, 'server'>): string =>
  `the server at ${server} is read-only: a standby, or default_transaction_read_only is on. ` +
  'Name the primary.'

// https://www.postgresql.org/docs/current/errcodes-appendix.html
const permanentProblems: Record<string, Words> = {
  '28P01': ({ server, user }) =>
    `the server at ${server} refuses the password of "${user}". Correct the URL.`,
  '28000': ({ server, user }, message) =>
    `the server at ${server} does not let "${user}" in (${message}). Correct the URL${
      /no encryption|SSL off/.test(message) ? ', or add ?sslmode=require to it' : ''
    }.`,
  '3D000': ({ server, database }) =>
    `the server at ${server} has no database "${database}". Create it, or correct the URL.`,
  '42501': ({ database, user }, message) =>
    `"${user}" lacks a privilege in the database "${database}" (${message}). Grant it, or ` +
    'name the owner of the tables.',
  '25006': readOnlyWords,
  '42P07': ({ database }, message) =>
    `the database "${database}" has a table of the same name that is not ours (${message}). ` +
    'Name another database.',
}

const passingProblems: Record<string, Words> = {
  '57P03': ({ server }) =>
    `the server at ${server} is starting up or shutting down. Try again later.`,
  '53300': ({ server }) => `the server at ${server} has no connection free. Try again later.`,
}

// https://nodejs.org/api/tls.html#x509-certificate-error-codes
const isTlsProblem = (code: string, message: string) =>
  /CERT|SIGNATURE|^ERR_(TLS|SSL)/.test(code) || message.includes('SSL connections')

const words = {
  tls: ({ server }, message) =>
    `the server at ${server} and the URL disagree about SSL (${message}). Correct sslmode in ` +
    'the URL; sslmode=no-verify takes any certificate.',
  pooler: ({ server }, message) =>
    `the pooler at ${server} allows no transactions (${message}). ` +
    'Set pool_mode = transaction in PgBouncer, or name the server itself.',
  refused: ({ server, database }, message) =>
    `the server at ${server} refuses to prepare the database "${database}" (${message}).`,
  unreachable: ({ server }, message) =>
    `the server at ${server} cannot be reached (${message}). Start it, or correct the URL.`,
} satisfies Record<string, Words>

// PgBouncer uses a code that also means a lost connection.
const isStatementPooling = (message: string) => message.includes('statement pooling')

// SQLSTATEs, without the classes that describe a passing state of the server.
const refusal = /^(?!08|40|53|55|57|58)\d[0-9A-Z]{4}$/

/** Explains an error of pg, of the server or of the system. */
export function explainProblem(error: unknown, url: string): DatabaseProblem {
  if (error instanceof DatabaseProblem) return error
  const cause = innermost(error)
  const { code = '', message } = cause
  const address = addressOf(url)
  const explain = (say: Words, permanent: boolean) =>
    new DatabaseProblem(say(address, message || code), { permanent, cause: error })
  const known = permanentProblems[code]
  if (known) return explain(known, true)
  if (isStatementPooling(message)) return explain(words.pooler, true)
  const passing = passingProblems[code]
  if (passing) return explain(passing, false)
  if (isTlsProblem(code, message)) return explain(words.tls, true)
  return refusal.test(code) ? explain(words.refused, true) : explain(words.unreachable, false)
}

/** The error that the pool wrapped, or the one of the first address of a host. */
function innermost(error: unknown): NodeJS.ErrnoException {
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  const { cause } = error as Error
  return cause instanceof Error ? innermost(cause) : (error as NodeJS.ErrnoException)
}
