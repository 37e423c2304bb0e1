import { scenarios } from '../../model/scenarios.ts'
import type { Target } from '../target.ts'

// Enough for the compiler of V8 to have seen what a request passes.
const rounds = 300

/**
 * Plays the scenarios that wait for nothing, one after another, so that the first run of a lab finds
 * its code compiled and its connections open.
 */
export async function warmUp({ urls }: Target): Promise<void> {
  const quick = scenarios.filter((scenario) => !('waitsFor' in scenario))
  for (let count = 0; count < rounds; count++)
    for (const { request, method, function: name } of quick) {
      const { path, body } = request({ unique: `warm-up-${crypto.randomUUID()}`, count })
      const headers = { 'content-type': 'application/json' }
      const init = { method, headers, body: JSON.stringify(body) }
      await (await fetch(urls[name] + path, init)).arrayBuffer()
    }
}
