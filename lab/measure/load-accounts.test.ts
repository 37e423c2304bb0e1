import { expect, test } from 'vitest'
import type { Load } from '../../model/load-plan.ts'
import { loadSample } from '../../tests/load-sample.ts'
import { accountsOf } from './load-accounts.ts'

const common = { scenario: 6, startSeconds: 0, seconds: 0.1 }
const even: Load = { ...common, name: 'even', arrivals: 'even', perSecond: 100, maxUsers: 5 }
const closed: Load = { ...common, name: 'closed', arrivals: 'closed', users: 2 }

const sample = (load: string, lateMs: number) => loadSample({ load, lateMs })

test('an account adds up the counts of all generators', () => {
  const samples = [0, 1, 8, 40].map((lateMs) => sample('even', lateMs))
  const counts = [
    { even: { sent: 3, dropped: 1, leftOut: 2 } },
    { even: { sent: 2, dropped: 0, leftOut: 2 } },
  ]
  const { even: account } = accountsOf([even], counts, samples)
  expect(account).toMatchObject({ due: 10, sent: 5, dropped: 1, leftOut: 4, unanswered: 1 })
  expect(account).toMatchObject({ late: 2, lateMaxMs: 40 })
})

test('a request of a closed loop is due when it is sent', () => {
  const counts = [{ closed: { sent: 1, dropped: 0, leftOut: 0 } }]
  const { closed: account } = accountsOf([closed], counts, [sample('closed', 0)])
  expect(account).toMatchObject({ due: 1, sent: 1, late: 0, unanswered: 0 })
})

test('a load that was never played has an account of zeros', () => {
  const { even: account } = accountsOf([even], [{}], [])
  expect(account).toMatchObject({ due: 10, sent: 0, lateP95Ms: 0, lateMaxMs: 0 })
})
