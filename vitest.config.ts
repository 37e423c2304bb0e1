import { defineConfig } from 'vitest/config'
import { dropPostgresVariables } from './local/postgres/binaries.ts'
import { bypassProxies } from './local/processes/addresses.ts'
import type { StyleName } from './model/styles.ts'
import type { BrokerName } from './tests/broker.ts'

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

// Groups run one after another, so that work on the processor does not delay what waits for
// processes: those files share a group, with more workers than a small machine has cores.
const waiting = { maxWorkers: 5, sequence: { groupOrder: 3 } }

/** One lab of a style for all: a test that renames a table is alone with it. */
const contract = (name: string, style: StyleName, exclude: string[]) => ({
  test: {
    ...limits,
    name,
    provide: { broker, style },
    globalSetup: 'tests/setup/lab.ts',
    include: ['tests/contract/*.test.ts'],
    exclude,
    isolate: false,
    maxWorkers: 1,
    sequence: { groupOrder: 2 },
  },
})

export default defineConfig({
  test: {
    reporters: ['default', './tests/setup/retried.ts'],
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
          name: 'unit',
          // No file leaves anything behind in its process, and most of the time of a fresh one is
          // imports.
          isolate: false,
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
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
          ...waiting,
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
          ...waiting,
          name: 'starter',
          globalSetup: 'tests/setup/data-folder.ts',
          include: ['tests/starter/*.test.ts'],
        },
      },
    ],
  },
})
