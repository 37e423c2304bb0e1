import { expect, test } from 'vitest'
import { loadInWords } from './load-names.ts'

test.each([
  ['baseline', 'alone', 'scenario-1', 1, 'registrations, one client'],
  ['capacity', 'above', 'scenario-4-even-150', 4, 'reports at 150 %, even arrivals'],
  ['capacity', 'above', 'scenario-2-closed-150', 2, 'payments at 150 %, closed loop'],
  ['capacity', 'clicks', 'scenario-6-even-1000', 6, 'clicks at 1000/s'],
  ['together', 'groups', 'scenario-3-with-none', 3, 'product updates alone'],
  ['together', 'groups', 'scenario-3-with-1-4', 3, 'product updates beside 1, 4'],
  ['fan-out', 'search-plus-0', 'scenario-3', 3, 'product updates'],
  ['fan-out', 'search-plus-20', 'scenario-3', 3, 'product updates, search slower by 20 ms'],
  ['replicas', '4', 'scenario-2', 2, 'payments of 4 replicas'],
])('%s/%s/%s is named', (experiment, condition, load, scenario, name) => {
  expect(loadInWords({ experiment, condition, load, scenario })).toBe(name)
})
