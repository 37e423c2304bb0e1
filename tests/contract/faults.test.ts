import { Client } from 'pg'
import { expect, inject, test } from 'vitest'
import { newAddress, send } from './exchange.ts'

const databaseUrl = inject('databaseUrl')

test.skipIf(databaseUrl === '')(
  'an unexpected fault is a generic 500 (needs DATABASE_URL)',
  async () => {
    const client = new Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query('alter table users rename to users_elsewhere')
    try {
      const { status, body } = await send({
        service: 'user',
        path: '/register',
        body: { email: newAddress() },
      })
      expect(body).toEqual({ detail: 'Internal Server Error' })
      expect(status).toBe(500)
    } finally {
      await client.query('alter table users_elsewhere rename to users')
      await client.end()
    }
    expect((await send({ service: 'user', method: 'GET', path: '/users?limit=1' })).status).toBe(
      200,
    )
  },
)
