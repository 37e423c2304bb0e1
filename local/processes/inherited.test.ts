import { expect, test } from 'vitest'
import { inheritedBy } from './inherited.ts'

test('programs, ssh and Docker get what they need', () => {
  const needed = { PATH: '/bin', HOME: '/root', SSH_AUTH_SOCK: '/s', DOCKER_HOST: 'unix:///d' }
  expect(inheritedBy(needed)).toEqual(needed)
})

test('settings, options of k6 and flags of Node.js do not reach what is measured', () => {
  const shell = {
    ...{ CONCURRENCY: '3', PAYMENT_DELAY_MS: '300', LOG_LEVEL: 'silent', FAULTS: '{}' },
    ...{ K6_RPS: '10', PROFILE: 'heavy', HTTP_PROXY: 'http://proxy' },
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://x', NODE_OPTIONS: '--inspect' },
  }
  expect(inheritedBy(shell)).toEqual({})
})
