/** The e-mail service on its own PostgreSQL, with messages that tests put into its queue. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '../../db/connection/connect.ts'
import type { Db } from '../../db/schema.ts'
import { openLabDatabase } from '../../local/postgres/lab-database.ts'
import { type RunningService, startService, untilReady } from '../../local/processes/process.ts'
import { type OwnBroker, openBroker } from '../broker.ts'

export const queue = 'user_registered_queue'

/** An e-mail to it ends the process of a service that is not repaired. */
export const deadlyAddress = 'poison@example.com'

export type MailRoom = {
  db: Db
  broker: OwnBroker
  databaseUrl: string
  /** Starts the service; a broken one is started again whenever it ends, and counts its ends. */
  start: (state: 'broken' | 'repaired') => Promise<Shift>
  close: () => Promise<void>
}

/** The service from a start until it is stopped. */
export type Shift = {
  service: () => RunningService
  crashes: () => number
  stop: () => Promise<void>
}

const broken = {
  DEADLY_ADDRESS: deadlyAddress,
  NODE_OPTIONS: `--import=${new URL('deadly-address.ts', import.meta.url)}`,
}

export async function openMailRoom(): Promise<MailRoom> {
  const logFolder = await mkdtemp(join(tmpdir(), 'lockstep-mail-'))
  const database = await openLabDatabase({ port: 0 })
  const broker = await openBroker()
  const { db, close } = connect({ url: database.url, max: 1 })
  const settings = {
    ...broker.settings,
    STYLE: 'async',
    HOST: '127.0.0.1',
    DATABASE_URL: database.url,
    EMAIL_DELAY_MS: '100',
  }
  const begin = (own: Record<string, string>) =>
    startService({ name: 'email', environment: { ...settings, ...own }, logFolder })
  return {
    db,
    broker,
    databaseUrl: database.url,
    async start(state) {
      const own: Record<string, string> = state === 'broken' ? broken : {}
      let service = await begin(own)
      await untilReady(service)
      let crashes = 0
      let stopped = false
      const supervise = async () => {
        while ((await service.exited) === null && !stopped) {
          crashes++
          // It may end again before it is ready.
          service = await begin(own)
        }
      }
      const supervision = supervise()
      return {
        service: () => service,
        crashes: () => crashes,
        async stop() {
          stopped = true
          await service.kill()
          await supervision
        },
      }
    },
    async close() {
      await close()
      await database.close()
      await broker.close()
      await rm(logFolder, { recursive: true, force: true })
    },
  }
}
