import type { StyleName } from '../model/styles.ts'
import type { Settings } from '../runtime/settings/setting-schemas.ts'

/** How a lab is started on this machine. */
export type StartOptions = {
  style: StyleName
  /** Where messages wait; by default the setting BROKER says it. */
  broker?: Settings['BROKER'] | undefined
  /** Whether delays and CPU work are a tenth. */
  fast: boolean
  runtime: 'node' | 'bun'
  /** Whether the database is deleted at the end. */
  ephemeral: boolean
  /** Whether to start a Prometheus from the PATH. */
  observe: boolean
  firstPort: number
  /** The folder of data and logs. */
  folder: string
}

/** A reason why the lab cannot start, for the user: the problem and its fix. */
export class StartError extends Error {
  override name = 'StartError'
}
