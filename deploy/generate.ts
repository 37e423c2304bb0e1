/**
 * Everything that is generated: files, and regions of files with their content.
 * `npm run generate` writes them.
 */
import { readdirSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { describeMessages } from '../functions/messaging/asyncapi.ts'
import { functionNames } from '../model/services.ts'
import {
  composeServices,
  composeSettings,
  examplePorts,
  exampleSettings,
  serviceAddresses,
} from './compose.ts'
import { asyncCompose } from './compose-async.ts'
import { kubernetesFiles, print } from './kubernetes/files.ts'
import { messageMetricsTable, messagesTable } from './message-tables.ts'
import { scrapeJobs, swarmPrometheus } from './scrape-jobs.ts'
import { entrancePorts, entranceSections, swarmServices } from './swarm.ts'
import { asyncSwarm } from './swarm-async.ts'
import { servicesTable, settingsTable } from './tables.ts'

const migrations = new URL('../db/migrations/', import.meta.url)

/** The table of db/migrate.ts: an import for each migration, in the order in which they run. */
const migrationImports = (): string =>
  readdirSync(migrations)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .toSorted()
    .map((file) => `'${file.slice(0, -'.ts'.length)}': () => import('./migrations/${file}'),`)
    .join('\n')

/** Marked regions of files that are otherwise written by hand. */
const regions: Record<string, Record<string, () => string>> = {
  'docker-compose-sync.yml': {
    settings: () => composeSettings(),
    services: () => composeServices(),
    addresses: () => serviceAddresses(),
  },
  'docker-compose-async.yml': {
    settings: () => composeSettings('async'),
    services: () => composeServices('async'),
    addresses: () => serviceAddresses('async'),
  },
  'deploy/swarm.yml': {
    settings: () => composeSettings(),
    services: () => swarmServices(),
    ports: () => entrancePorts(),
  },
  'deploy/swarm-async.yml': {
    settings: () => composeSettings('async'),
    services: () => swarmServices('async'),
    ports: () => entrancePorts('async'),
  },
  'deploy/swarm/haproxy.cfg': { services: entranceSections },
  'observability/prometheus/prometheus.yml': { jobs: scrapeJobs },
  'db/migrate.ts': { migrations: migrationImports },
  '.env.example': {
    settings: exampleSettings,
    ports: () => examplePorts(),
    'asynchronous ports': () => examplePorts('async'),
  },
  'README.md': { services: servicesTable },
  'docs/settings.md': { settings: settingsTable },
  'docs/messages.md': { messages: messagesTable },
  'docs/metrics.md': { messages: messageMetricsTable },
}

const allMessages = describeMessages({ functions: functionNames, title: 'Lockstep' })

/** The files that are generated whole. */
const whole: Record<string, () => string> = {
  ...kubernetesFiles,
  'deploy/swarm/prometheus.yml': () => print([swarmPrometheus()]),
  'deploy/swarm/prometheus-async.yml': () => print([swarmPrometheus('async')]),
  'docs/asyncapi.json': () => `${JSON.stringify(allMessages, undefined, 2)}\n`,
}

/** The other parts of a file, if they follow from another file. */
const others: Record<string, () => string> = {
  'docker-compose-async.yml': asyncCompose,
  'deploy/swarm-async.yml': asyncSwarm,
}

/** The files that are generated, whole or in regions. */
export const generatedFiles = [...Object.keys(regions), ...Object.keys(whole)]

function comment(file: string, text: string): string {
  if (file.endsWith('.md')) return `<!-- ${text} -->`
  return file.endsWith('.ts') ? `// ${text}` : `# ${text}`
}

// The source of a file's facts: the model, or the folder of migrations.
const sourceOf = (file: string) => (file === 'db/migrate.ts' ? 'db/migrations/' : 'model/')

/**
 * Replaces the content of a region, which stands between two comments, at their indentation.
 * @throws Error naming file and region if the comments are missing
 */
function fillRegion(file: string, text: string, name: string, content: string): string {
  const begin = comment(file, `generated from ${sourceOf(file)} by npm run generate: ${name}`)
  const end = comment(file, `end: ${name}`)
  const region = new RegExp(
    `^( *)${RegExp.escape(begin)}\\n[\\s\\S]*?^ *${RegExp.escape(end)}$`,
    'm',
  )
  const indentation = region.exec(text)?.[1]
  if (indentation === undefined) throw new Error(`${file} has no region "${begin}" … "${end}"`)
  const lines = content.split('\n').map((line) => (line === '' ? '' : indentation + line))
  const filled = [indentation + begin, ...lines, indentation + end].join('\n')
  return text.replace(region, () => filled)
}

/** A file's text with what is generated filled in. */
export const fill = (file: string, text: string): string =>
  whole[file]?.() ??
  Object.entries(regions[file] ?? {}).reduce(
    (filled, [name, content]) => fillRegion(file, filled, name, content()),
    others[file]?.() ?? text,
  )

/** Writes a file, if it has changed. */
async function generate(file: string): Promise<void> {
  const path = new URL(`../${file}`, import.meta.url)
  // A file that is generated whole may not exist yet.
  const before = await readFile(path, 'utf8').catch(() => '')
  const after = fill(file, before)
  if (after !== before) {
    await mkdir(new URL('.', path), { recursive: true })
    await writeFile(path, after)
  }
  console.log(`${after === before ? 'unchanged' : 'written'}  ${file}`)
}

if (import.meta.main) for (const file of generatedFiles) await generate(file)
