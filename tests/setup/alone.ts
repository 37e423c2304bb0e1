import { mkdir, rmdir } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, inject } from 'vitest'

const pollMs = 20
const limitMs = 600_000

/** Makes a file wait until no other one uses the lab of its style. */
const lock = inject('lock')
const isTaken = () =>
  mkdir(lock).then(
    () => false,
    () => true,
  )
// Hooks, as a file whose tests are all skipped would otherwise never give it back.
beforeAll(async () => {
  while (await isTaken()) await setTimeout(pollMs)
}, limitMs)
afterAll(() => rmdir(lock))
