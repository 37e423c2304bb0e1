import { createHook } from 'node:async_hooks'
import { setImmediate as immediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, expect, test } from 'vitest'
import { keepTick } from './fast-path.ts'

let ticks: WeakRef<object>[] = []
const hook = createHook({
  init(_id, type, _trigger, resource) {
    if (type === 'TickObject') ticks.push(new WeakRef(resource))
  },
})

afterEach(() => {
  ticks = []
})

/** The ticks that `act` begins and that outlive a major collection. */
async function survivors(act: () => void): Promise<number> {
  hook.enable()
  act()
  hook.disable()
  await immediate()
  await immediate()
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  return ticks.filter((tick) => tick.deref() !== undefined).length
}

test('a kept tick outlives a major collection', async () => {
  expect(await survivors(keepTick)).toBe(1)
})

test('an ordinary tick does not', async () => {
  expect(await survivors(() => process.nextTick(() => {}))).toBe(0)
})
