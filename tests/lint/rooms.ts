/** Which folder may import which, and what breaks the rules. */
import { dirname, join } from 'node:path'
import { parseSync } from 'rolldown/utils'

/** What each room imports besides itself and packages. `*`: everything. */
export const rooms: Record<string, readonly string[] | '*'> = {
  model: [],
  formats: [],
  db: ['model'],
  functions: ['model', 'formats', 'db'],
  runtime: ['model', 'formats', 'db', 'functions'],
  local: ['model', 'formats', 'db', 'functions', 'runtime'],
  lab: ['model', 'formats', 'db', 'functions', 'runtime', 'local'],
  cli: ['model', 'formats', 'db', 'functions', 'runtime', 'local', 'lab'],
  'k6-tests': ['model', 'formats'],
  observability: ['model', 'formats'],
  deploy: ['model', 'formats', 'functions'],
  bench: ['model', 'formats', 'db', 'functions', 'runtime', 'local', 'cli'],
  tests: '*',
}

type Rule = { from: RegExp; to: RegExp; because: string; except?: RegExp }

/** The floors of lab/ from below: each imports those below it. */
const labFloors = ['predict', 'experiments', 'judge', 'measure', '(?:load|tour|report)']

const labRules = labFloors.map(
  (floor, index): Rule => ({
    from: new RegExp(`^lab/${floor}/`),
    to: new RegExp(`^lab/(?:${labFloors.slice(index + 1).join('|') || '-'})/`),
    because: 'lab/ imports predict ← experiments ← judge ← measure ← load, tour, report',
  }),
)

/** Rules that are narrower than a room. */
const rules: Rule[] = [
  ...labRules,
  {
    from: /^(model|formats)\//,
    to: /^[^.]/,
    except: /^(model|formats|pure-rand)\//,
    because: 'model/ and formats/ import nothing but the generator of random numbers',
  },
  {
    from: /^db\/migrations\/\d/,
    to: /\.ts$/,
    because: 'a migration is frozen: it imports nothing of the project',
  },
  {
    from: /^functions\/(?!http\/)/,
    to: /^functions\/(?!http\/)[^/]+\/app\.ts$/,
    because: 'a function imports the contract of another one, never its app',
  },
  {
    from: /^functions\//,
    to: /^(pg$|db\/connection\/connect\.ts$)/,
    because: 'a function opens nothing: its database arrives in c.env.db',
  },
  {
    from: /^functions\/(?!http\/)/,
    to: /^hono\/http-exception$/,
    because: 'functions/http/ maps outcomes to HTTP',
  },
  {
    from: /^deploy\//,
    to: /^functions\/(?!messaging\/|[^/]+\/subscriptions\.ts)/,
    because: 'deploy/ imports of functions/ only messages and who consumes them',
  },
  {
    from: /^bench\//,
    to: /^functions\/[^/]+\/app\.ts$/,
    because: 'bench/ starts a function in a process, as its users do',
  },
  {
    from: /^bench\//,
    to: /^cli\/(?!command-line\.ts)/,
    because: 'bench/ imports of cli/ only how command lines are built',
  },
]

export type Source = { path: string; code: string }

const isTest = (path: string) => path.startsWith('tests/') || path.endsWith('.test.ts')
const roomOf = (path: string) => path.split('/')[0] ?? ''

/** What a file imports or re-exports: paths within the project, or names of packages. */
export function importsOf({ path, code }: Source): string[] {
  const { module } = parseSync(path, code)
  const named = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => (moduleRequest ? [moduleRequest.value] : [])),
    ),
    ...module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
      code.slice(start + 1, end - 1),
    ),
  ]
  return [...new Set(named)].map((name) =>
    name.startsWith('.') ? join(dirname(path), name) : name,
  )
}

const isOwn = (target: string) => Object.hasOwn(rooms, roomOf(target)) && target.includes('/')

/** The reasons why a file may not import a target. */
function objections(path: string, target: string): string[] {
  const allowed = rooms[roomOf(path)] ?? []
  const broken = rules.filter(
    ({ from, to, except }) => from.test(path) && to.test(target) && !except?.test(target),
  )
  const reaches =
    isOwn(target) &&
    roomOf(target) !== roomOf(path) &&
    allowed !== '*' &&
    !allowed.includes(roomOf(target))
  return [
    ...(reaches ? [`${roomOf(path)}/ may not import ${roomOf(target)}/`] : []),
    ...broken.map(({ because }) => because),
  ]
}

/** Every import that breaks a rule, as `file → target: reason`. Tests may import everything. */
export const findForbidden = (sources: readonly Source[]): string[] =>
  sources
    .filter(({ path }) => !isTest(path))
    .flatMap((source) =>
      importsOf(source).flatMap((target) =>
        objections(source.path, target).map((why) => `${source.path} → ${target}: ${why}`),
      ),
    )

/** Circles of imports, type-only ones included: each as the files that it passes. */
export function findCircles(sources: readonly Source[]): string[][] {
  const graph = new Map(sources.map((source) => [source.path, importsOf(source)]))
  const done = new Set<string>()
  const circles: string[][] = []
  function visit(path: string, trail: readonly string[]): void {
    const start = trail.indexOf(path)
    if (start >= 0) return void circles.push([...trail.slice(start), path])
    if (done.has(path)) return
    for (const target of graph.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return circles
}
