/** Prints whether the ledger balances: stock, reservations and orders, read in one snapshot. */
import { resolve } from 'node:path'
import { prepareDatabase } from '../db/connection/prepare-database.ts'
import { type Audit, auditLedger } from '../db/ledger/audit.ts'
import type { Finding } from '../db/ledger/audit-findings.ts'
import { parsePositive } from '../formats/durations.ts'
import { escapeControls } from '../formats/escape-controls.ts'
import { counted, printTable } from '../formats/table.ts'
import { openKnownDatabase } from '../local/postgres/find-database.ts'
import { openKnownBroker } from '../local/rabbitmq/find-broker.ts'
import { countUndelivered } from '../runtime/messaging/rabbitmq/manage.ts'
import { createCommand, createOption, isMain, type Program, runProgram } from './command-line.ts'
import { asyncOption, folderOption, withStyle } from './shared-options.ts'

const description =
  'Audits the ledger: the reserved stock of every product equals the sum of its entries, ' +
  'no order is pending for too long, no compensation is missing or doubled, no message was given ' +
  'up, waits for too long or has no effect.'

const notes = `
The exit code is 0 if the ledger balances, 1 if it does not, 2 if it could not be read.

It reads the database of DATABASE_URL, otherwise that of the folder, whether its lab is running or
not. For the containers, set DATABASE_URL=postgresql://dbuser:dbpass@localhost:5432/microservices_db
and with --async port 5433.
`

const limit = 'how long an order may be pending, and a message may wait'
const command = createCommand(
  'audit',
  description,
  [
    createOption('--pending-limit <seconds>', limit, parsePositive, 60),
    asyncOption(),
    folderOption(),
  ],
  notes,
)

type Options = { pendingLimit: number; folder: string }

// More lines would push the first ones off the screen.
const shownFindings = 20

function inWords({ order_id, product_id, problem }: Finding): string {
  if (order_id !== null) return `Order ${order_id} ${problem}.`
  return product_id === null ? `${problem}.` : `Stock of product ${product_id} ${problem}.`
}

const tableOf = (products: Audit['products']) =>
  printTable(
    ['product', 'reserved', 'booked', 'live reservations', 'verdict'],
    products.map(({ product_id, reserved, booked, live, balances }) => [
      ...[product_id, reserved, booked, live].map(String),
      balances ? 'balances' : 'DOES NOT BALANCE',
    ]),
  )

function linesOf({ findings }: Audit): string[] {
  // The reason of a dead letter may quote its message.
  const lines = findings.slice(0, shownFindings).map(inWords).map(escapeControls)
  const hidden = findings.length - lines.length
  return hidden > 0 ? [...lines, `… and ${hidden} more.`] : lines
}

/** The ledger by product, the orders by status, and the findings. */
function printAudit(audit: Audit): string {
  const { products, orders, strangers, balances } = audit
  const lines = [
    tableOf(products),
    '',
    `Orders: ${orders.completed} completed, ${orders.failed} failed, ${orders.pending} pending.`,
  ]
  if (strangers > 0)
    lines.push(`${strangers} live reservations carry the id of an order that did not make them.`)
  lines.push(...linesOf(audit))
  lines.push(balances ? 'The ledger balances.' : 'THE LEDGER DOES NOT BALANCE.')
  return lines.join('\n')
}

/** @throws Error if the broker of the lab cannot be reached */
async function findUndelivered(folder: string): Promise<Finding[]> {
  const broker = await openKnownBroker(folder)
  if (!broker) return []
  try {
    const waiting = await countUndelivered(broker.url)
    return Array.from(waiting, ([queue, count]) => ({
      ...{ order_id: null, product_id: null },
      problem: `${counted(count, 'message')} ${count === 1 ? 'waits' : 'wait'} in ${queue} of RabbitMQ`,
    }))
  } finally {
    await broker.close()
  }
}

/** The audit, and what RabbitMQ has not delivered: that is read after it, and not in its snapshot. */
function withUndelivered(audit: Audit, undelivered: readonly Finding[]): Audit {
  const findings = [...audit.findings, ...undelivered]
  return { ...audit, findings, balances: audit.balances && undelivered.length === 0 }
}

/** @throws Error if the database cannot be read */
async function run(): Promise<number> {
  const options = withStyle(command.opts<Options>())
  const { pendingLimit: pendingLimitSeconds, style } = options
  const folder = resolve(options.folder)
  const { db, url, name, close } = await openKnownDatabase(folder)
  try {
    await prepareDatabase(db, url)
    const audited = await auditLedger(db, { pendingLimitSeconds })
    const ledger = withUndelivered(audited, style === 'async' ? await findUndelivered(folder) : [])
    console.log(`The ledger of ${name}\n\n${printAudit(ledger)}`)
    return ledger.balances ? 0 : 1
  } finally {
    await close()
  }
}

export const audit: Program = {
  command,
  run,
  explain: (error) => `The ledger could not be read: ${(error as Error).message}`,
  failureCode: 2,
}

if (isMain(import.meta.url)) await runProgram(audit)
