import { mkdir, rmdir } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { afterAll, inject } from 'vitest'

const pollMs = 20

/** Makes a file wait until no other one uses the lab of its style. */
const lock = inject('lock')
const isTaken = () =>
  mkdir(lock).then(
    () => false,
    () => true,
  )
while (await isTaken()) await setTimeout(pollMs)
afterAll(() => rmdir(lock))
