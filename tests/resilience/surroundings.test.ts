/** What surrounds the services fails under load: programs, clock, logs, disk and collector. */
import { mkdtemp, readFile, rename, rm, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openCollector } from '../../lab/collector.ts'
import { StartError } from '../../local/start.ts'
import { metrics } from '../../model/metrics.ts'
import { functionNames } from '../../model/services.ts'
import { logOf } from '../behaviour/services.ts'
import { writeCrampedRuntime } from '../cramped-runtime.ts'
import { isDesigned, startClients } from './clients.ts'
import { type OwnLab, openOwnLab, sampleOf } from './lab.ts'
import { scaled } from './scale.ts'
import { createWire, type Wire } from './wire.ts'

const requests = scaled(2000, 200)
const patience = { timeout: scaled(300_000, 30_000) }
/** The room for each log; below the size at which a lab cuts its logs by itself. */
const roomBytes = 8 * 1024 * 1024
const hourMs = 3_600_000

const said = vi.spyOn(console, 'error').mockReturnValue()
let folder: string
let runtime: string
let collector: Awaited<ReturnType<typeof openCollector>>
let wire: Wire
let own: OwnLab

async function open() {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-surroundings-'))
  runtime = await writeCrampedRuntime(folder, roomBytes)
  collector = await openCollector()
  wire = await createWire(collector.url)
  const environment = {
    EMAIL_DELAY_MS: '50',
    PAYMENT_DELAY_MS: '100',
    REPORT_CPU_SECONDS: '0.02',
    // Every request has a line.
    LOG_LEVEL: 'debug',
    OTEL_EXPORTER_OTLP_ENDPOINT: wire.url,
    OTEL_EXPORTER_OTLP_TIMEOUT: '2000',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    // So large that spans are lost only for want of a collector.
    OTEL_BSP_MAX_QUEUE_SIZE: '100000',
    NODE_OPTIONS: `--import=${new URL('settable-clock.ts', import.meta.url)}`,
  }
  own = await openOwnLab(environment, { runtime })
}

async function close() {
  await own.close()
  collector.close()
  said.mockRestore()
  await rm(folder, { recursive: true, force: true })
}

/** Waits until so many more requests have been answered. */
type Served = () => Promise<void>

/** Does `work` under load. Every request gets a response that its scenario is designed for. */
async function underLoad(work: (served: Served) => Promise<void>): Promise<void> {
  const clients = startClients({ urls: own.lab.urls })
  const served = () => {
    const goal = clients.seen.length + requests
    return expect.poll(() => clients.seen.length, patience).toBeGreaterThan(goal)
  }
  onTestFinished(clients.stop)
  await served()
  await work(served)
  await served()
  await clients.stop()
  expect(clients.lost).toEqual([])
  expect(clients.refused()).toBe(0)
  expect(clients.seen.filter((seen) => !isDesigned(seen))).toEqual([])
  await expect.poll(() => own.audit()).toMatchObject({ balances: true, orders: { pending: 0 } })
}

/** What each service has of something, in the order of the services. */
const ofEach = <T>(find: (service: OwnLab['lab']['services'][number]) => Promise<T>) =>
  Promise.all(own.lab.services.map(find))

const droppedLines = () => ofEach(({ url }) => sampleOf(url, metrics.logLinesDropped.name))
const cutLogs = (bytes = 0) => ofEach(({ logFile }) => truncate(logFile, bytes))
const ofAll = <T>(value: T): T[] => functionNames.map(() => value)

/** The lines of requests in all logs. */
async function requestLines() {
  const lines = (await ofEach(logOf)).flat()
  return lines.filter(({ msg }) => msg.startsWith('request ')) as unknown as {
    service: string
    time: string
    trace_id: string
    method: string
    handler: string
  }[]
}

/** Those lines whose request has no span that ended within a minute of them. */
async function withoutSpan() {
  const ends = new Map(
    collector.spans.map(({ service, traceId, name, endTimeUnixNano }) => [
      `${service} ${traceId} ${name}`,
      Number(endTimeUnixNano) / 1e6,
    ]),
  )
  return (await requestLines()).filter(({ service, time, trace_id, method, handler }) => {
    const end = ends.get(`${service} ${trace_id} ${method} ${handler}`) ?? NaN
    return !(Math.abs(Date.parse(time) - end) < hourMs / 60)
  })
}

describe.skipIf(process.platform === 'win32')(
  'under load',
  { timeout: scaled(900_000, 90_000) },
  () => {
    beforeAll(open)
    afterAll(close)
    afterEach(() => void said.mockClear())

    test('a service that cannot be spawned is named, and starts later', async () => {
      await underLoad(async (served) => {
        await own.lab.services.find(({ name }) => name === 'email')?.stop()
        await rename(runtime, `${runtime}.away`)
        const words = `The services cannot be started: spawn ${runtime} ENOENT`
        await expect(own.lab.restart('email')).rejects.toThrow(new StartError(words))
        await served()
        await rename(`${runtime}.away`, runtime)
        await own.lab.restart('email')
      })
      expect(said).not.toHaveBeenCalled()
    })

    test('spans and log lines agree on a clock that is set', async () => {
      const setClocks = () => own.lab.services.map(({ pid }) => process.kill(pid, 'SIGUSR2'))
      await underLoad(async (served) => {
        setClocks()
        await served()
        setClocks()
      })
      await expect.poll(withoutSpan, patience).toEqual([])
      const ahead = (await requestLines()).filter(
        ({ time }) => Date.parse(time) > Date.now() + hourMs,
      )
      expect(new Set(ahead.map(({ service }) => service)).size).toBe(functionNames.length)
      expect(said).not.toHaveBeenCalled()
    })

    test('logs that are cut go on, line by line', async () => {
      await underLoad(async (served) => {
        await cutLogs()
        await served()
        await cutLogs()
      })
      for (const text of await ofEach(({ logFile }) => readFile(logFile, 'utf8')))
        expect(text.replaceAll(/^\{.+\}\n/gm, '')).toBe('')
      expect((await requestLines()).length).toBeGreaterThan(requests)
      expect(await droppedLines()).toEqual(ofAll(0))
      expect(said).not.toHaveBeenCalled()
    })

    test('a full disk is named once, and so is its end', async () => {
      await underLoad(async (served) => {
        await cutLogs(roomBytes)
        await expect.poll(async () => Math.min(...(await droppedLines()))).toBeGreaterThan(20)
        await served()
        await cutLogs()
      })
      await expect
        .poll(() => said.mock.calls)
        .toEqual([
          [expect.stringMatching(/^\w+service cannot write its log \(EFBIG: /)],
          ['All services write their logs again.'],
        ])
      const notices = await ofEach(async (service) =>
        (await logOf(service)).flatMap(({ dropped }) => dropped ?? []),
      )
      expect(notices).toEqual((await droppedLines()).map((count) => [count]))
    })

    test('a collector that is gone is named once by each service', async () => {
      const lost = () =>
        ofEach(async (service) =>
          (await logOf(service)).flatMap(({ collector, reason }) => (collector ? [reason] : [])),
        )
      await underLoad(async (served) => {
        await wire.close()
        await expect.poll(lost, patience).toEqual(ofAll(['unreachable']))
        await served()
      })
      expect(await lost()).toEqual(ofAll(['unreachable']))
      for (const count of await ofEach(({ url }) => sampleOf(url, metrics.spansDropped.name)))
        expect(count).toBeGreaterThan(0)
      expect(said).not.toHaveBeenCalled()
    })
  },
)
