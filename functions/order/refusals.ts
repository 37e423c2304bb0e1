/** Refusals of an order that could not be brought to its end. */
import type { Saga } from '../../db/work/sagas.ts'
import type { OrderCode } from '../../model/unavailable.ts'
import type { CallError } from '../http/call.ts'
import { Refusal } from '../http/refusal.ts'

/** The refusal of an order that recovery will end. */
export const interrupted = ({ order_id }: Saga, cause: unknown) =>
  new Refusal(
    503,
    {
      code: 'interrupted' satisfies OrderCode,
      message: 'Order interrupted: it will be brought to its end',
      order_id,
      status: 'pending',
    },
    { cause },
  )

/**
 * The refusal of an order without stock. It stays `pending` until the release of stock that may be
 * reserved is confirmed.
 */
export function notReserved({ order_id }: Saga, error: CallError, hasEnded: boolean): Refusal {
  const detail = {
    code: 'not_reserved' satisfies OrderCode,
    message: 'Order failed: could not reserve stock',
    order_id,
    reason: `inventory ${error.message}`,
  }
  return new Refusal(503, hasEnded ? detail : { ...detail, status: 'pending' }, { cause: error })
}
