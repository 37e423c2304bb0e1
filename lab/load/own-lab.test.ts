import { expect, test } from 'vitest'
import { startOwnLab } from './own-lab.ts'

test('a lab that is not ready in time is ended and named', async () => {
  const { signal } = new AbortController()
  const starting = startOwnLab({
    style: 'sync',
    baseUrl: 'http://localhost',
    firstPort: 1,
    signal,
    readyMs: 1,
  })
  await expect(starting).rejects.toThrow('The lab was not ready after 0.001 s')
})
