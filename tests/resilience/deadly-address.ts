/** Loaded into a process before its program: an e-mail to one address ends it, as a crash does. */
const { DEADLY_ADDRESS } = process.env
const { stringify } = JSON

const isDeadly = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  'email' in value &&
  'message' in value &&
  value.email === DEADLY_ADDRESS

// The answer of the function, so the end of its work.
JSON.stringify = ((value: unknown, ...rest: []) => {
  if (isDeadly(value)) process.kill(process.pid, 'SIGKILL')
  return stringify(value, ...rest)
}) as typeof JSON.stringify
