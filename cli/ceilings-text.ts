import { printTable } from '../formats/table.ts'
import type { ReplicasCeiling } from '../lab/predict/simulate-ceiling.ts'

const rate = (perSecond: number) => `${Number(perSecond.toPrecision(5))}/s`

const row = ({ replicas, perSecond, simulatedPerSecond }: ReplicasCeiling) => [
  String(replicas),
  rate(perSecond),
  rate(simulatedPerSecond['round-robin']),
  rate(simulatedPerSecond.random),
]

const headings = ['replicas', 'ceiling', 'simulated, in turn', 'simulated, at random']

/** The ceilings of replicas as a table; nothing if none were asked for. */
export const printCeilings = (ceilings: readonly ReplicasCeiling[]): string[] =>
  ceilings.length === 0 ? [] : [printTable(headings, ceilings.map(row))]
