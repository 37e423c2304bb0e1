import { installBun } from '../../local/bundle/install-bun.ts'

/** The program that runs the services: Bun if `LOCKSTEP_RUNTIME=bun`, otherwise this Node.js. */
export const serviceRuntime = async (): Promise<string> =>
  process.env.LOCKSTEP_RUNTIME === 'bun' ? installBun() : process.execPath
