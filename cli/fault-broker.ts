/** Faults between the services and their broker: each service has a switch of its own. */
import {
  clearFaults,
  type Faults,
  type FaultsOfReplica,
  readFaults,
  setFaults,
} from '../lab/faults.ts'
import type { Target } from '../lab/target.ts'
import { functionNames, services } from '../model/services.ts'

const path = '/faults/broker'

type Answers = { name: string; inWords: string }[]

/** What all services say, or the answer of each if they differ. */
function summarise(answers: Answers): string[] {
  const [first] = answers
  if (answers.every(({ inWords }) => inWords === first?.inWords))
    return [`broker, for all services: ${first?.inWords}`]
  return answers.map(({ name, inWords }) => `broker, for ${name}: ${inWords}`)
}

export type BrokerFaultOptions = {
  faults: Faults
  off?: boolean | undefined
  inWords: (replica: FaultsOfReplica) => string
}

/**
 * Sets the faults on the way of every service to the broker, clears them with `off`, or reads them.
 * @returns the faults in words
 * @throws Error if there is no broker beside the database, or if a service does not answer
 */
export async function faultBroker(
  target: Target,
  { faults, off, inWords }: BrokerFaultOptions,
): Promise<string[]> {
  const isChange = Object.keys(faults).length > 0
  const ask = (name: (typeof functionNames)[number]) => {
    if (off) return clearFaults(target, name, path)
    return isChange ? setFaults(target, name, faults, path) : readFaults(target, name, path)
  }
  const answers = functionNames.map(async (name) => {
    return { name: services[name].name, inWords: inWords(await ask(name)) }
  })
  return summarise(await Promise.all(answers))
}
