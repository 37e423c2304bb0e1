import { expect, test } from 'vitest'
import { sayLostLogs } from './lost-logs.ts'

test('services on one full disk are mentioned once', () => {
  const said: string[] = []
  const onLostLog = sayLostLogs((line) => said.push(line))
  onLostLog('user', 'userservice cannot write')
  onLostLog('order', 'orderservice cannot write')
  onLostLog('user', 'userservice cannot write')
  expect(said).toEqual(['userservice cannot write'])
  onLostLog('user', null)
  expect(said).toHaveLength(1)
  onLostLog('order', null)
  onLostLog('order', 'orderservice cannot write')
  expect(said.slice(1)).toEqual([
    'All services write their logs again.',
    'orderservice cannot write',
  ])
})
