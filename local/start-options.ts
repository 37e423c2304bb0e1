/** How a lab is started on this machine. */
export type StartOptions = {
  /** Whether the six scenarios are played once after the start. */
  tour: boolean
  /** Whether delays and CPU work are a tenth. */
  fast: boolean
  runtime: 'node' | 'bun'
  /** Whether the database is thrown away at the end. */
  ephemeral: boolean
  /** Whether a Prometheus from the PATH watches. */
  observe: boolean
  firstPort: number
  /** Where data and logs are kept. */
  folder: string
}
