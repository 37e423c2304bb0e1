/** Tables of the documentation that follow from the model. */
import {
  containerOf,
  type FunctionName,
  functionNames,
  services,
  urlVariable,
} from '../model/services.ts'
import type { Setting } from '../model/setting.ts'
import { settingNames, settingOf } from '../model/settings.ts'

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

/** A table in Markdown. */
export const table = (headings: readonly string[], rows: readonly (readonly string[])[]) =>
  [row(headings), `|${'---|'.repeat(headings.length)}`, ...rows.map(row)].join('\n')

export const servicesTable = (): string =>
  table(
    ['service', 'container', 'port', 'database', 'scenario', 'what it does'],
    functionNames.map((name) => {
      const { name: service, port, database, scenarios, does } = services[name]
      const cells = [String(port), database ? 'yes' : 'no', scenarios.join(', '), does]
      return [service, containerOf(name), ...cells]
    }),
  )

const isCalled = (name: FunctionName) =>
  functionNames.some((caller) => services[caller].calls.includes(name))

function defaultOf({ kind, default: value, defaultText }: Setting): string {
  if (defaultText !== undefined) return defaultText
  if (value === '') return '—'
  return kind === 'integer' || kind === 'seconds' ? String(value) : `\`${value}\``
}

/** Words of the program in Markdown. */
export const code = (texts: readonly string[]) => texts.map((text) => `\`${text}\``).join(', ')

function meaningOf(setting: Setting): string {
  if (setting.kind === 'choice') return `${setting.help} (${code(setting.choices)})`
  return setting.kind === 'json' ? `${setting.help}: \`${setting.example}\`` : setting.help
}

/** Settings without a default; the program that starts a container sets them. */
const addresses = () => [
  ['`FUNCTION`', '—', `the function that a container runs (${code(functionNames)})`],
  ['`DATABASE_URL`', '—', 'the PostgreSQL server; `npm start` brings one unless it is set'],
  [
    code(functionNames.filter(isCalled).map(urlVariable)),
    '—',
    'the address of each service that the function calls',
  ],
]

export const settingsTable = (): string =>
  table(
    ['variable', 'default', 'meaning'],
    [
      ...addresses(),
      ...settingNames.map((name) => {
        const setting = settingOf(name)
        return [`\`${name}\``, defaultOf(setting), meaningOf(setting)]
      }),
    ],
  )
