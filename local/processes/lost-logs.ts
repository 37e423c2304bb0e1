/**
 * Says once in the terminal that services cannot write their logs: those of a lab share a disk.
 * @returns a function that takes the state of a service's log: the problem, or `null`
 */
export function sayLostLogs(say: (line: string) => void = console.error) {
  const lost = new Set<string>()
  return (service: string, problem: string | null): void => {
    if (problem === null) {
      if (lost.delete(service) && lost.size === 0) say('All services write their logs again.')
      return
    }
    if (lost.size === 0) say(problem)
    lost.add(service)
  }
}
