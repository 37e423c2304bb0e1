import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { type RunningService, startService, untilReady } from '../../local/processes/process.ts'
import { type FunctionName, urlVariable } from '../../model/services.ts'
import { metricsAt, sumIfAny } from '../service-metrics.ts'
import { serviceRuntime } from '../setup/runtime.ts'

/** An address without a listener: port 1 is reserved, and no test uses it. */
export const nowhere = 'http://127.0.0.1:1'

type AtEnd = (end: () => Promise<void>) => void

/** Starts one service with these settings; it ends with the test. */
export async function run(
  name: FunctionName,
  environment: Record<string, string> = {},
  atEnd: AtEnd = onTestFinished,
): Promise<RunningService> {
  const logFolder = await mkdtemp(join(tmpdir(), 'lockstep-behaviour-'))
  const removeLog = () => rm(logFolder, { recursive: true, force: true })
  const runtime = await serviceRuntime()
  const service = await startService({
    name,
    environment: { HOST: '127.0.0.1', ...environment },
    runtime,
    logFolder,
  }).catch(async (error) => {
    await removeLog()
    throw error
  })
  atEnd(async () => {
    await service.kill()
    await removeLog()
  })
  return service
}

/** Starts one service, and waits until it is ready. */
export async function runReady(
  name: FunctionName,
  environment: Record<string, string> = {},
  atEnd?: AtEnd,
): Promise<RunningService> {
  const service = await run(name, environment, atEnd)
  await untilReady(service)
  return service
}

/** Starts one service for all tests of a file; returns what gives it to a test. */
export function shareReady(
  name: FunctionName,
  environment: Record<string, string> = {},
): () => RunningService {
  let service: RunningService
  let end = async () => {}
  beforeAll(async () => {
    service = await runReady(name, environment, (ending) => {
      end = ending
    })
  })
  afterAll(() => end())
  return () => service
}

/** The variable that contains the address of another service. */
export const at = (service: RunningService) => ({ [urlVariable(service.name)]: service.url })

export type Answer = { status: number; headers: Headers; body: Record<string, unknown> }

/** Sends a JSON body to a service. */
export async function post(
  { url }: RunningService,
  path: string,
  body: unknown = {},
  init: RequestInit = {},
): Promise<Answer> {
  const headers = {
    'content-type': 'application/json',
    ...(init.headers as Record<string, string>),
  }
  const response = await fetch(url + path, {
    method: 'POST',
    body: JSON.stringify(body),
    ...init,
    headers,
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  }
}

/** A metric of a service, summed over what `labels` leave open; `undefined` if there is none. */
export const sample = async (
  { url }: RunningService,
  name: string,
  labels: Record<string, string> = {},
): Promise<number | undefined> => sumIfAny(await metricsAt(url, [name]), name, labels)

type LogLine = { level: string; msg: string } & Record<string, unknown>

/** What every line begins with, unlike the rest of one whose beginning was cut off. */
const beginning = '{"level":'

/** The lines that a service has logged so far: that of a request is there before its answer. */
export async function logOf({ logFile }: RunningService): Promise<LogLine[]> {
  const log = await readFile(logFile, 'utf8')
  const lines = log.split('\n').filter((line) => line.startsWith(beginning))
  return lines.map((line) => JSON.parse(line) as LogLine)
}
