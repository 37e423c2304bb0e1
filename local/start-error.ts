/** A reason why the lab cannot start, for the user: the problem and its fix. */
export class StartError extends Error {
  override name = 'StartError'
}
