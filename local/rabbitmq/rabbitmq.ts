/** A RabbitMQ of the lab, which runs in the background, on loopback only. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { chmod, mkdir, open, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Account, giveTo, ordinaryAccount, reachableFolder } from '../processes/accounts.ts'
import { execute } from '../processes/execute.ts'
import { freePort, isFree } from '../processes/ports.ts'
import { type Identity, identify, isAlive, signal } from '../processes/process-info.ts'
import { rotateLogs } from '../processes/rotate-logs.ts'
import { configure, environmentOf, findServer, missingServer, type Ports, user } from './node.ts'
import { complaintIn, startMs, untilListening, untilReady } from './ready.ts'

const pollMs = 50
// Queues write what they hold in memory before they end.
const stopMs = 15_000

export type RabbitmqOptions = {
  /** The folder of its data, its secrets and its log. */
  folder: string
  /** 0 for a free one. */
  port?: number
  /** The port at which a Prometheus reads its metrics; without it there are none. */
  metricsPort?: number | undefined
}

export type Rabbitmq = {
  /** With the user and the password. */
  url: string
  /** The folder: the one asked for, or one that the account of the server can enter. */
  folder: string
  pid: number
  /** Resolves when the server has ended, with its exit code; with `null` after a signal. */
  exited: Promise<number | null>
  /** Runs `rabbitmqctl` for the server; resolves with what it prints. */
  control: (...args: string[]) => Promise<string>
  /**
   * Writes its register of quorum queues to the disk. RabbitMQ does so minutes after the last queue
   * was declared; killed before, it starts that queue again without a leader, and never finds one:
   * https://github.com/rabbitmq/rabbitmq-server/issues/15725
   */
  persistQueues: () => Promise<void>
  /** Stops the server; kills it if that takes longer than 15 s. */
  stop: () => Promise<void>
}

/**
 * Starts the `rabbitmq-server` of the PATH in the background, with its data in `folder`, and waits
 * until it accepts connections. Its data survive its end, also by a signal.
 * @throws Error if there is no RabbitMQ, or with RabbitMQ's own reason
 */
export async function startRabbitmq({
  folder: wanted,
  port = 0,
  metricsPort: metrics,
}: RabbitmqOptions): Promise<Rabbitmq> {
  const script = await findServer()
  if (!script) throw new Error(missingServer)
  const account = await ordinaryAccount('rabbitmq')
  await mkdir(wanted, { recursive: true })
  const folder = await reachableFolder(resolve(wanted), account)
  await giveTo(account, folder)
  await chmod(folder, 0o700)
  await stopRabbitmq(folder)
  await rotateLogs(logOf(folder))
  const ports = await findPorts(port, metrics)
  const node = { folder, account, ports }
  const password = await configure(folder, account, ports)
  const { server, exited } = await launch(script, node)
  const url = `amqp://${user}:${password}@127.0.0.1:${ports.amqp}`
  const stop = async () => void (await stopRabbitmq(folder))
  try {
    await untilReady(url, exited)
  } catch (cause) {
    await stop()
    const reason = (await complaintIn(logOf(folder))) ?? (cause as Error).message
    throw new Error(`RabbitMQ does not start: ${reason} (see ${logOf(folder)})`, { cause })
  }
  const control = (...args: string[]) => runControl(script, node, args)
  const persistQueues = async () => void (await control('eval', syncTables))
  return { url, folder, pid: server.pid ?? 0, exited, control, persistQueues, stop }
}

const syncTables = '[ok = dets:sync(Table) || Table <- dets:all()].'

export const logOf = (folder: string) => join(folder, 'rabbitmq.log')

/** @throws Error if a wanted port is taken: RabbitMQ would say so only after seconds */
async function findPorts(amqp: number, metrics: number | undefined): Promise<Ports> {
  for (const port of [amqp, metrics])
    if (port && !(await isFree(port)))
      throw new Error(`RabbitMQ does not start: port ${port}: address already in use`)
  const [distribution, names] = [await freePort(), await freePort()]
  return { amqp: amqp || (await freePort()), distribution, names, metrics }
}

type Node = { folder: string; account: Account; ports: Ports }

/** Starts the server and, before it, its name server: RabbitMQ would leave its own one behind. */
async function launch(script: string, { folder, account, ports }: Node) {
  await using log = await open(logOf(folder), 'a')
  const options: SpawnOptions = {
    ...account,
    cwd: folder,
    env: environmentOf(folder, ports),
    stdio: ['ignore', log.fd, log.fd],
    // In groups of their own: Ctrl-C signals only the starter, which ends them last.
    detached: true,
  }
  const names = spawn('epmd', ['-address', '127.0.0.1', '-port', String(ports.names)], options)
  await begun(names)
  await untilListening(ports.names)
  const server = spawn(script, options)
  await begun(server)
  const exited = new Promise<number | null>((resolve) => server.once('exit', resolve))
  void exited.then(() => names.kill('SIGKILL'))
  await record(folder, [names, server])
  return { server, exited }
}

async function runControl(script: string, { folder, account, ports }: Node, args: string[]) {
  const options = { ...account, cwd: folder, env: environmentOf(folder, ports), limitMs: startMs }
  const { stdout } = await execute(join(dirname(script), 'rabbitmqctl'), args, options)
  return stdout
}

/** @throws Error if the program cannot be run */
const begun = (child: ChildProcess) =>
  new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })

type Record = { folder: string; names: Identity; server: Identity }

const recordOf = (folder: string) => join(folder, 'processes.json')

async function record(folder: string, processes: readonly ChildProcess[]): Promise<void> {
  const [names, server] = await Promise.all(processes.map(({ pid = 0 }) => identify(pid)))
  const text = JSON.stringify({ folder: await realpath(folder), names, server })
  await writeFile(recordOf(folder), text)
}

/**
 * The processes of a folder, alive or not; `undefined` if there are none, or if the folder is a
 * copy of theirs.
 */
async function readRecord(folder: string): Promise<Record | undefined> {
  const text = await readFile(recordOf(folder), 'utf8').catch(() => 'null')
  const found = JSON.parse(text) as Record | null
  return found?.folder === (await realpath(folder).catch(() => ''))
    ? (found ?? undefined)
    : undefined
}

/** Ends the server whose data are in `folder`; false if none runs. */
export async function stopRabbitmq(folder: string): Promise<boolean> {
  const found = await readRecord(folder)
  if (!found) return false
  const ran = await isAlive(found.server)
  await end(found.server, 'SIGTERM', stopMs)
  await end(found.server, 'SIGKILL', stopMs)
  await end(found.names, 'SIGKILL', stopMs)
  await rm(recordOf(folder), { force: true })
  return ran
}

/** Signals a process if it is alive, and waits until it has ended, at most for a time. */
async function end(identity: Identity, name: NodeJS.Signals, limitMs: number): Promise<void> {
  if (!(await isAlive(identity))) return
  signal(identity, name)
  const last = performance.now() + limitMs
  while ((await isAlive(identity)) && performance.now() < last) await delay(pollMs)
}
