import { spawn } from 'node:child_process'
import { mkdir, open, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parse, stringify } from 'yaml'
import { type StyleName, styles } from '../../model/styles.ts'
import { StartError } from '../start.ts'
import { freePort } from './ports.ts'
import { boundLogs, rotateLogs } from './rotate-logs.ts'

const source = new URL('../../observability/prometheus/prometheus.yml', import.meta.url)
const rules = fileURLToPath(new URL('../../observability/prometheus/rules/*.yml', import.meta.url))
const usualPort = 9090
const pollMs = 100
const limitMs = 30_000

export type PrometheusOptions = {
  style?: StyleName
  /** The address of each service, and of RabbitMQ, by name: `127.0.0.1:8001`. */
  targets: Record<string, string>
  /** The folder of its configuration, data and log. */
  folder: string
}

export type Prometheus = { url: string; stop: () => Promise<void> }

type Config = {
  rule_files: string[]
  scrape_configs: {
    job_name: string
    static_configs?: { targets: string[] }[]
    dns_sd_configs?: object[]
  }[]
}

/**
 * The configuration of the containers, aimed at local processes: the same jobs, labels and rules;
 * no cAdvisor.
 */
async function localConfig(targets: Record<string, string>): Promise<string> {
  const config = parse(await readFile(source, 'utf8')) as Config
  const jobs = config.scrape_configs.filter(({ job_name }) => targets[job_name] !== undefined)
  const scrape_configs = jobs.map(({ static_configs = [{}], dns_sd_configs: _, ...job }) => ({
    ...job,
    static_configs: static_configs.map((each) => ({ ...each, targets: [targets[job.job_name]] })),
  }))
  return stringify({ ...config, rule_files: [rules], scrape_configs })
}

/**
 * Starts the `prometheus` of the PATH, with the rules of the containers, and waits until it is
 * ready.
 * @throws StartError if there is none, or if it does not become ready
 */
export async function startPrometheus({
  style = 'sync',
  targets,
  folder,
}: PrometheusOptions): Promise<Prometheus> {
  await mkdir(folder, { recursive: true })
  const configFile = join(folder, 'prometheus.yml')
  await writeFile(configFile, await localConfig(targets))
  const url = `http://127.0.0.1:${await freePort(usualPort + styles[style].toolPortOffset)}`
  const logFile = join(folder, 'prometheus.log')
  await rotateLogs(logFile)
  const log = await open(logFile, 'a')
  const args = [
    `--config.file=${configFile}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=${new URL(url).host}`,
  ]
  const child = spawn('prometheus', args, { stdio: ['ignore', log.fd, log.fd], detached: true })
  const exited = new Promise<string>((resolve) => {
    child.once('error', () =>
      resolve('there is no prometheus on the PATH: install it, or use the containers'),
    )
    child.once('exit', () => resolve(`prometheus ended, see ${logFile}`))
  })
  await log.close()
  const endBound = boundLogs([logFile])
  const stop = async () => {
    endBound()
    child.kill('SIGTERM')
    await exited
  }
  const failure = await Promise.race([exited, untilReady(url)])
  if (failure === undefined) return { url, stop }
  await stop()
  throw new StartError(`--observe: ${failure}`)
}

/** Resolves when Prometheus is ready, or with a reason if it takes too long. */
async function untilReady(url: string): Promise<string | undefined> {
  const end = performance.now() + limitMs
  while (performance.now() < end) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
    if (answer?.ok) return undefined
    await delay(pollMs)
  }
  return `prometheus is not ready after ${limitMs / 1000} s`
}
