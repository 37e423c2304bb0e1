/** A script of k6 as one text, so that it reaches a k6 on another machine through its input. */
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/**
 * Bundles a script of `k6-tests/` with all that it imports, except k6's own modules.
 * @throws Error if an import cannot be resolved, or a file cannot be parsed
 */
export async function bundleScript(name: string): Promise<string> {
  // Late, because most commands need no bundle.
  const { rolldown } = await import('rolldown')
  await using bundle = await rolldown({
    cwd: root,
    input: `k6-tests/${name}`,
    external: /^k6(\/|$)/,
  })
  const { output } = await bundle.generate({ format: 'es' })
  return output[0].code
}

/** A script that finds these values as constants. */
export const withConstants = (script: string, constants: Record<string, unknown>): string =>
  Object.entries(constants)
    .map(([name, value]) => `const ${name} = ${JSON.stringify(value)}\n`)
    .join('') + script

/** A script that finds these values in `__ENV`, which a shell then cannot change. */
export const withEnvironment = (script: string, environment: Record<string, string>): string =>
  `Object.assign(__ENV, ${JSON.stringify(environment)})\n${script}`
