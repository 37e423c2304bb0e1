/** A reason why the lab cannot start, for the user: the problem, and what to do about it. */
export class StartError extends Error {
  override name = 'StartError'
}
