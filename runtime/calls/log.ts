import { type $Fetch, FetchError } from 'ofetch'
import type { Logger } from 'pino'
import type { CallOutcome } from '../telemetry/metrics.ts'
import { requestIdOf, traceOf } from '../telemetry/propagation.ts'
import { currentRequest } from '../telemetry/spans.ts'

// A callee answers these by design. Any other 4xx means that the call itself was wrong.
const designed = [400, 409]

/** Why a call failed: as its metrics count it, or a success response that breaks the contract. */
type LoggedOutcome = CallOutcome | 'broken_contract'

function outcomeOf(error: unknown, signal?: AbortSignal | null): LoggedOutcome {
  if (!(error instanceof FetchError)) return 'broken_contract'
  if (error.status !== undefined) return `${Math.floor(error.status / 100)}xx` as CallOutcome
  if (signal?.aborted) return 'abandoned'
  const isTimeout = error.cause instanceof Error && error.cause.name === 'TimeoutError'
  return isTimeout ? 'timeout' : 'unreachable'
}

/** The innermost cause. Some errors of the network have a code only. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.cause !== undefined) return causeOf(error.cause)
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name)
}

/** Logs each failed call once: at `warn`, or at `debug` if it was given up because the client left. */
export function logFailures(fetch: $Fetch, target: string, logger: Logger): $Fetch {
  function log(error: unknown, signal?: AbortSignal | null): void {
    if (error instanceof FetchError && designed.includes(error.status ?? 0)) return
    const outcome = outcomeOf(error, signal)
    const request = currentRequest()
    logger[outcome === 'abandoned' ? 'debug' : 'warn'](
      {
        request_id: request && requestIdOf(request),
        trace_id: request && traceOf(request).traceId,
        target,
        outcome,
        cause: causeOf(error),
      },
      'call failed',
    )
  }
  const logged = async (...[request, options]: Parameters<$Fetch>) => {
    try {
      return await fetch(request, options)
    } catch (error) {
      log(error, options?.signal)
      throw error
    }
  }
  return Object.assign(logged, fetch) as $Fetch
}
