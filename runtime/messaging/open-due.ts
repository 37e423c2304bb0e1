import type { AnySubscriptions } from '../apps.ts'
import type { Taken } from './broker.ts'
import type { Delivered } from './ending.ts'
import { open, UndeliverableError } from './envelope.ts'
import { lastDelivery } from './queue-options.ts'
import type { Due } from './work.ts'

function openOne(taken: Taken, subscriptions: AnySubscriptions): Due {
  const subscription = subscriptions[taken.queue]
  if (!subscription) throw new UndeliverableError('nobody consumes it')
  const opened = open(taken, subscription.event)
  return { ...opened, taken, subscription, job: subscription.jobOf?.(opened.data as never) }
}

const isSpent = ({ delivery }: Taken) => delivery >= lastDelivery

const spent = ({ failure }: Taken) =>
  `${lastDelivery - 1} deliveries have failed, the last: ${failure ?? 'its process has ended'}`

/** Takes messages out of their envelopes; the others are dead letters before they are delivered. */
export function openDue(taken: readonly Taken[], subscriptions: AnySubscriptions) {
  const due: Due[] = []
  const dead: Delivered[] = []
  for (const one of taken)
    try {
      const opened = openOne(one, subscriptions)
      const { envelope, job } = opened
      if (!isSpent(one)) due.push(opened)
      else dead.push({ taken: one, envelope, job, ending: { kind: 'dead', reason: spent(one) } })
    } catch (error) {
      if (!(error instanceof UndeliverableError)) throw error
      dead.push({ taken: one, ending: { kind: 'dead', reason: error.message } })
    }
  return { due, dead }
}
