/** How a delivery has ended, by the rules of Knative's delivery specification. */
import type { Envelope } from '../../model/messages.ts'
import { type UnavailableCode, unavailableCodes } from '../../model/unavailable.ts'
import type { Taken } from './broker.ts'

/**
 * `done` is committed; `duplicate` was committed before; `lapsed` is not ours any more; `unavailable`
 * failed with the infrastructure, and `stopped` with this process: both are no attempt.
 */
export type Ending =
  | { kind: 'done' | 'duplicate' | 'lapsed' | 'unavailable' | 'stopped' }
  | { kind: 'retry' | 'dead'; reason: string }

/** Whether a delivery says nothing about its message: it is given back uncounted. */
export const isNoAttempt = ({ kind }: Ending): boolean =>
  kind === 'unavailable' || kind === 'stopped'

/** A message that was delivered, or could not be. */
export type Delivered = {
  taken: Taken
  ending: Ending
  envelope?: Envelope
  job?: string | undefined
}

/** The status of a request that was aborted: by its deadline, or because this process ends. */
const aborted = 499

const passing = [404, 408, 409, 429]

type Refused = { detail?: unknown; code?: UnavailableCode }

export const readAnswer = (response: Response): Promise<unknown> =>
  response.json().catch(() => undefined)

const reasonOf = (status: number, { detail }: Refused) =>
  detail === undefined
    ? `answered ${status}`
    : `answered ${status}: ${typeof detail === 'string' ? detail : JSON.stringify(detail)}`

/** The response to a delivery, and its body as JSON. */
export type Answered = { status: number; answer: unknown }

/** How a delivery ends whose response did not do its work. */
export function judgeFailure({ status, answer }: Answered, isStopping: boolean): Ending {
  if (status === aborted)
    return isStopping ? { kind: 'stopped' } : { kind: 'retry', reason: 'took too long' }
  const refused = (answer ?? {}) as Refused
  if (status === 503 && refused.code && unavailableCodes.includes(refused.code))
    return { kind: 'unavailable' }
  const kind = status >= 500 || passing.includes(status) ? 'retry' : 'dead'
  return { kind, reason: reasonOf(status, refused) }
}

/** Whether a status means by itself that the work is done. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300
