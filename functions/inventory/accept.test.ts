import { expect, onTestFinished, test } from 'vitest'
import { reserveStock } from '../../db/ledger/reservations.ts'
import { createAcceptance } from '../../tests/acceptance.ts'

test('reads what is reserved, of unknown products nothing', async () => {
  const inventory = await createAcceptance('inventory')
  onTestFinished(() => inventory.close())
  await reserveStock(inventory.db, { product_id: 1, quantity: 3 })
  const read = async (id: string) => (await inventory.ask(`/inventory/${id}`)).json()
  expect(await read('1')).toEqual({ product_id: 1, reserved: 3 })
  expect(await read('99')).toEqual({ product_id: 99, reserved: 0 })
  expect((await inventory.ask('/inventory/x')).status).toBe(422)
})
