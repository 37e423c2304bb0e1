/** Does the ledger balance? Stock, reservations and orders, audited in one snapshot. */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Audit, auditLedger, type Finding } from '../db/audit.ts'
import { prepareDatabase } from '../db/prepare-database.ts'
import { parsePositive } from '../k6-tests/environment.ts'
import { printTable } from '../k6-tests/table.ts'
import { openKnownDatabase } from '../local/find-database.ts'

const help = `Audits the ledger: for every product, what is reserved equals what is booked; no order is pending past its limit; no
compensation is missing or doubled. The exit code is 0 where it balances, 1 where it does not, 2 where it could not be read.

  npm run audit -- [options]

  --pending-limit 60   seconds that an order may be pending, from its placing
  --folder .lab        where the lab keeps its database
  --help               show this

It reads DATABASE_URL, or the lab that runs from the folder, or the embedded PostgreSQL at rest. That of the containers is
DATABASE_URL=postgresql://dbuser:dbpass@localhost:5432/microservices_db
`

// More would bury the first ones.
const shownFindings = 20

const inWords = ({ order_id, product_id, problem }: Finding) =>
  order_id === null ? `Stock of product ${product_id} ${problem}.` : `Order ${order_id} ${problem}.`

/** The audit as it is shown: the ledger by product, the orders by status, and what must not be. */
function printAudit({ products, orders, findings, strangers, balances }: Audit): string {
  const rows = products.map(({ product_id, reserved, booked, live, balances: even }) => [
    String(product_id),
    String(reserved),
    String(booked),
    String(live),
    even ? 'balances' : 'DOES NOT BALANCE',
  ])
  const hidden = findings.length - shownFindings
  return [
    printTable(['product', 'reserved', 'booked', 'live reservations', 'verdict'], rows),
    '',
    `Orders: ${orders.completed} completed, ${orders.failed} failed, ${orders.pending} pending.`,
    ...(strangers > 0
      ? [`${strangers} live reservations under ids of orders, which those orders did not make.`]
      : []),
    ...findings.slice(0, shownFindings).map(inWords),
    ...(hidden > 0 ? [`… and ${hidden} more.`] : []),
    balances ? 'The ledger balances.' : 'THE LEDGER DOES NOT BALANCE.',
  ].join('\n')
}

async function audit(): Promise<number> {
  const { values } = parseArgs({
    options: {
      'pending-limit': { type: 'string', default: '60' },
      folder: { type: 'string', default: '.lab' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return 0
  }
  const pendingLimitSeconds = parsePositive('--pending-limit', values['pending-limit'])
  const { db, url, name, close } = await openKnownDatabase(resolve(values.folder))
  try {
    await prepareDatabase(db, url)
    const result = await auditLedger(db, { pendingLimitSeconds })
    console.log(`The ledger of ${name}\n\n${printAudit(result)}`)
    return result.balances ? 0 : 1
  } finally {
    await close()
  }
}

process.exitCode = await audit().catch((error: Error) => {
  console.error(
    `The ledger could not be read: ${error.message}\nnpm run audit -- --help shows the options.`,
  )
  return 2
})
