import { expect, test } from 'vitest'
import { advance, begin, type SagaEvent, type SagaState } from './saga.ts'

const reserving: SagaState = { step: 'reserving' }
const paying: SagaState = { step: 'paying' }
const undoing: SagaState = { step: 'compensating', failure: 'payment_refused' }
const unpaid = { type: 'payment_failed', failure: 'payment_refused' } as const

test('begins with the reservation', () => {
  expect(begin).toEqual({ state: reserving, commands: ['reserve'] })
})

test.each<[SagaState, SagaEvent, SagaState, string[]]>([
  [reserving, { type: 'stock_reserved' }, paying, ['pay']],
  [reserving, { type: 'reservation_refused' }, reserving, ['close']],
  [reserving, { type: 'order_closed' }, { step: 'ended', failure: 'not_reserved' }, []],
  [
    reserving,
    { type: 'reservation_unknown' },
    { step: 'compensating', failure: 'not_reserved' },
    ['release'],
  ],
  [paying, { type: 'paid' }, paying, ['complete']],
  [paying, { type: 'order_completed' }, { step: 'ended' }, []],
  [
    paying,
    { type: 'completion_refused' },
    { step: 'compensating', failure: 'payment_unknown' },
    ['release'],
  ],
  [paying, unpaid, undoing, ['release']],
  [undoing, { type: 'stock_released' }, { step: 'ended', failure: 'payment_refused' }, ['fail']],
  [
    undoing,
    { type: 'release_unconfirmed' },
    { step: 'left', failure: 'payment_refused' },
    ['leave'],
  ],
])('%j and %j lead to %j and %j', (state, event, next, commands) => {
  expect(advance(state, event)).toEqual({ state: next, commands })
})

const events: SagaEvent[] = [
  { type: 'stock_reserved' },
  { type: 'reservation_refused' },
  { type: 'reservation_unknown' },
  { type: 'order_closed' },
  { type: 'paid' },
  unpaid,
  { type: 'order_completed' },
  { type: 'completion_refused' },
  { type: 'stock_released' },
  { type: 'release_unconfirmed' },
]

test.each<[SagaState, number]>([
  [reserving, 4],
  [paying, 4],
  [undoing, 2],
  [{ step: 'ended' }, 0],
  [{ step: 'left', failure: 'payment_unknown' }, 0],
])('in %j late and repeated events change nothing', (state, ownEvents) => {
  const ignored = events.filter((event) => {
    const { state: next, commands } = advance(state, event)
    return next === state && commands.length === 0
  })
  expect(ignored).toHaveLength(events.length - ownEvents)
})
