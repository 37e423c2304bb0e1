import { installBun } from '../../local/bundle/install-bun.ts'
import type { Plan } from '../plan.ts'

/** The path of Bun, unless npm cannot fetch it. */
export const findBun = ({ say }: Plan): Promise<string | undefined> =>
  installBun().catch(({ message }: Error) => {
    say(`  without Bun: ${message}`)
    return undefined
  })
