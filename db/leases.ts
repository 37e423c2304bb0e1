/** Thrown if another holder has taken the lease over. Nothing was written. */
export class LeaseLostError extends Error {
  override name = 'LeaseLostError'
  constructor() {
    super('Another holder has taken the lease over')
  }
}
