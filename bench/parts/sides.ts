/** The labs that a part compares, and what a request costs them. */
import { type Lab, launchLab } from '../../local/lab.ts'
import type { LabDatabase } from '../../local/postgres/lab-database.ts'
import { inheritedBy } from '../../local/processes/inherited.ts'
import type { FunctionName } from '../../model/services.ts'
import type { StyleName } from '../../model/styles.ts'
import { pin } from '../machine.ts'
import { type Plan, settingsOf } from '../plan.ts'
import { measureLoad } from '../program.ts'

// No designed wait has to be subtracted.
const environment = { EMAIL_DELAY_MS: '0', BACKLOG_LIMIT: '0' }

export type Side = { lab: Lab; style: StyleName }

export type SideOptions = {
  database: LabDatabase
  style: StyleName
  of: FunctionName[]
  /** The RabbitMQ in which its messages wait. */
  brokerUrl?: string
}

/** Starts services on the cores of the servers. */
export async function openSide(
  plan: Plan,
  { database, style, of, brokerUrl }: SideOptions,
): Promise<Side> {
  const { logFolder, cores } = plan
  const lab = launchLab({
    ...{ style, functions: of, databaseUrl: database.url },
    environment: { ...settingsOf(plan), ...environment },
    ...(brokerUrl !== undefined && { brokerUrl: Promise.resolve(brokerUrl) }),
    ...{
      inherited: inheritedBy(process.env),
      logFolder: `${logFolder}/${brokerUrl ? 'rabbitmq' : style}`,
    },
  })
  await lab.ready
  for (const { pid } of lab.services) pin(pid, cores.servers)
  return { lab, style }
}

export const pidsOf = ({ lab }: Side, ...names: FunctionName[]) =>
  lab.services.filter(({ name }) => names.includes(name)).map(({ pid }) => pid)

export type Loaded = {
  side: Side
  name: FunctionName
  scenario: number
  connections: number
  /** PostgreSQL, if its CPU time counts. */
  parent?: number
  /** Further servers whose CPU time counts. */
  servers?: number[]
}

/** The cost of a request in Node.js, and in the servers that are named. */
export const costOf = (
  plan: Plan,
  { side, name, scenario, connections, parent, servers = [] }: Loaded,
) => {
  const port = Number(new URL(side.lab.urls[name]).port)
  const services = name === 'user' ? pidsOf(side, 'user', 'email') : pidsOf(side, name)
  const accepts = side.style === 'async'
  const load = { port, scenario, connections, pids: [...services, ...servers], accepts }
  return () => measureLoad({ ...load, ...(parent && { parent }) }, plan)
}
