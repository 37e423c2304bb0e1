/** Why the lab cannot start, in words for whoever started it: what is wrong, and what to do next. */
export class StartError extends Error {
  override name = 'StartError'
}
