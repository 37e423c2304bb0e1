import { installBun } from '../../local/install-bun.ts'

/** The program that the services run on: Bun where `LOCKSTEP_RUNTIME` says so, otherwise this Node.js. */
export const serviceRuntime = async (): Promise<string> =>
  process.env.LOCKSTEP_RUNTIME === 'bun' ? installBun() : process.execPath
