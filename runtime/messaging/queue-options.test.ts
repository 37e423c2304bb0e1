import { expect, test } from 'vitest'
import { parseConfig } from '../settings/config.ts'
import { queueOptions } from './queue-options.ts'

const expiryOf = (settings: Record<string, string>) => {
  const DATABASE_URL = 'postgresql://u:p@h/d'
  const config = parseConfig({ STYLE: 'async', FUNCTION: 'email', DATABASE_URL, ...settings })
  return queueOptions('user_registered_queue', config).expireInSeconds
}

test('a delivery has time for its work, in whole seconds', () => {
  expect(expiryOf({ EMAIL_DELAY_MS: '2500' })).toBe(13)
})

test('a delivery lasts for a day at most, as pg-boss asks', () => {
  expect(expiryOf({ EMAIL_DELAY_MS: '2000000000' })).toBe(86_400)
})
