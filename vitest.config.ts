import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { dropPostgresVariables } from './local/postgres/binaries.ts'
import { bypassProxies } from './local/processes/addresses.ts'
import type { StyleName } from './model/styles.ts'
import type { BrokerName } from './tests/broker.ts'
import { Spread } from './tests/setup/spread.ts'

// Variables of the shell are for other servers, not for the tests.
bypassProxies()
if (!process.env.DATABASE_URL) dropPostgresVariables()

// The broker of the asynchronous style under test. Services get theirs from the tests.
const broker: BrokerName = process.env.BROKER === 'rabbitmq' ? 'rabbitmq' : 'embedded'
delete process.env.BROKER
delete process.env.BROKER_URL

// CI shares its machine with others: a second try tells a slow moment from a fault, and is
// reported.
const limits = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  retry: process.env.CI ? 1 : 0,
  provide: { broker },
  // A test waits for what must happen, however busy the machine is.
  expect: { poll: { timeout: 10_000 } },
}

// The programs that the tests start are compiled once, and not by each process.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL('node_modules/.cache/node', import.meta.url),
)

// Files share a group, as each group ends with its slowest file alone. They wait for processes, so
// there are more workers than a small machine has cores. No file leaves anything behind in its
// process, and a fresh one for each would cost as much time as the tests of most.
const together = { isolate: false, maxWorkers: 3, sequence: { groupOrder: 1 } }

/** One lab of a style for all files: a test that renames a table is alone with it. */
const contract = (name: string, style: StyleName, exclude: string[]) => ({
  test: {
    ...limits,
    ...together,
    name,
    provide: { broker, style },
    globalSetup: 'tests/setup/lab.ts',
    include: ['tests/contract/*.test.ts'],
    exclude,
    setupFiles: 'tests/setup/alone.ts',
  },
})

export default defineConfig({
  test: {
    sequence: { sequencer: Spread },
    reporters: ['default', './tests/setup/failures.ts'],
    projects: [
      {
        test: {
          ...limits,
          name: 'lint',
          // Before the compiler, as they name the file that has to be edited.
          include: ['tests/lint/*.test.ts'],
        },
      },
      {
        test: {
          ...limits,
          ...together,
          name: 'unit',
          globalSetup: 'tests/setup/postgres.ts',
          include: [
            '{model,formats,db,functions,runtime,local,lab,cli}/**/*.test.ts',
            '{k6-tests,observability,deploy,bench}/**/*.test.ts',
          ],
          // They start every floor, which .ci/bench does.
          exclude: process.env.LOCKSTEP_BENCH ? [] : ['bench/floors/floors.test.ts'],
        },
      },
      contract('contract', 'sync', ['tests/contract/accepted-*.test.ts']),
      contract('contract-async', 'async', ['tests/contract/scenarios.test.ts']),
      {
        test: {
          ...limits,
          ...together,
          name: 'behaviour',
          globalSetup: ['tests/setup/postgres.ts', 'tests/setup/broker.ts'],
          // One RabbitMQ is for one test at a time.
          ...(broker === 'rabbitmq' && { maxWorkers: 1 }),
          include: ['tests/behaviour/*.test.ts'],
          // It needs a PgBouncer, which .ci/databases looks for.
          exclude: process.env.LOCKSTEP_PGBOUNCER ? [] : ['tests/behaviour/pgbouncer.test.ts'],
        },
      },
      {
        test: {
          ...limits,
          name: 'containers',
          // They need the compose stack, which .ci/docker brings up.
          include: process.env.LOCKSTEP_CONTAINERS ? ['tests/containers/*.test.ts'] : [],
          fileParallelism: false,
        },
      },
      {
        test: {
          ...limits,
          name: 'swarm',
          // They need the stack of replicas, which .ci/swarm deploys.
          include: process.env.LOCKSTEP_SWARM ? ['tests/swarm/*.test.ts'] : [],
          fileParallelism: false,
        },
      },
      {
        test: {
          ...limits,
          testTimeout: 120_000,
          name: 'k6',
          globalSetup: 'tests/setup/postgres.ts',
          // They need k6, which .ci/k6 looks for.
          include: process.env.LOCKSTEP_K6 ? ['tests/k6/*.test.ts'] : [],
        },
      },
      {
        test: {
          ...limits,
          name: 'observability',
          globalSetup: 'tests/setup/postgres.ts',
          // They need prometheus and k6, which .ci/observability looks for.
          include: process.env.LOCKSTEP_OBSERVABILITY ? ['tests/observability/*.test.ts'] : [],
        },
      },
      {
        test: {
          ...limits,
          name: 'resilience',
          // Long even in their short form, and alone with the machine: npm run test:resilience.
          include: process.env.LOCKSTEP_RESILIENCE ? ['tests/resilience/*.test.ts'] : [],
          fileParallelism: false,
        },
      },
      {
        test: {
          ...limits,
          ...together,
          name: 'starter',
          globalSetup: 'tests/setup/data-folder.ts',
          include: ['tests/starter/*.test.ts'],
        },
      },
    ],
  },
})
