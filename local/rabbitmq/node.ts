/** How a RabbitMQ of the lab is installed and configured: all that its node reads. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, realpath, writeFile } from 'node:fs/promises'
import { basename, delimiter, dirname, join } from 'node:path'
import { type Account, giveTo } from '../processes/accounts.ts'

const server = 'rabbitmq-server'
// Debian and Red Hat put a wrapper on the PATH that serves only their own service.
const packaged = '/usr/lib/rabbitmq/bin'

/** The `rabbitmq-server` of the PATH, or that of a package of the system; `undefined` if none. */
export async function findServer(
  path = process.env.PATH ?? '',
  also = packaged,
): Promise<string | undefined> {
  for (const folder of [...path.split(delimiter), also]) {
    const script = await realpath(join(folder, server)).catch(() => '')
    // The real one loads a script that is beside it.
    if (basename(script) === server && existsSync(join(dirname(script), 'rabbitmq-env')))
      return script
  }
  return undefined
}

export const missingServer =
  `There is no ${server} on the PATH: install it (Debian: apt-get install ${server}), or set ` +
  'BROKER_URL to a broker of your own'

/** The ports of a node, all on loopback. */
export type Ports = {
  amqp: number
  /** Of the Erlang distribution, which RabbitMQ cannot do without. */
  distribution: number
  /** Of the name server of the distribution. */
  names: number
  /** Of the metrics for a Prometheus; without it there are none. */
  metrics?: number | undefined
}

export const user = 'lockstep'

// A quorum queue writes to a log of this size before anything else; RabbitMQ's own 512 MiB would
// be read again at each start, and the disk alarm has to leave room for more than one.
const logBytes = 64 * 1024 * 1024
const diskBytes = 4 * logBytes

/** https://www.rabbitmq.com/docs/configure#config-items */
const configuration = ({ amqp, metrics }: Ports, password: string) => `
listeners.tcp.lab = 127.0.0.1:${amqp}
default_user = ${user}
default_pass = ${password}
log.console = true
log.file = false
disk_free_limit.absolute = ${diskBytes}
raft.wal_max_size_bytes = ${logBytes}
${metrics === undefined ? '' : `prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = ${metrics}`}
`

/** Hexadecimal needs no escaping in a URL or in a configuration. */
const newSecret = () => randomBytes(24).toString('hex')

/** Reads a secret that only the account can read; generates it the first time. */
async function secretIn(file: string, account: Account): Promise<string> {
  try {
    await writeFile(file, newSecret(), { mode: 0o400, flag: 'wx' })
    await giveTo(account, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFile(file, 'utf8')
}

/**
 * Writes what a node reads into its folder, and generates its cookie and its password the first
 * time.
 * @returns the password
 */
export async function configure(folder: string, account: Account, ports: Ports): Promise<string> {
  await secretIn(join(folder, '.erlang.cookie'), account)
  const password = await secretIn(join(folder, 'password'), account)
  const files = {
    'rabbitmq.conf': configuration(ports, password),
    enabled_plugins: ports.metrics === undefined ? '[].' : '[rabbitmq_prometheus].',
  }
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text, { mode: 0o600 })
    await giveTo(account, join(folder, name))
  }
  return password
}

// The variables of other brokers that the shell of a user may set, and of their service manager.
const isForeign = (name: string) => /^(RABBITMQ_|ERL_|NOTIFY_SOCKET$)/.test(name)

/** https://www.rabbitmq.com/docs/configure#supported-environment-variables */
export function environmentOf(folder: string, ports: Ports): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !isForeign(name))
  return {
    ...Object.fromEntries(own),
    // Of the cookie.
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    // The script is then replaced by the server, which takes the signals itself.
    RUNNING_UNDER_SYSTEMD: 'true',
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(ports.names),
    RABBITMQ_NODENAME: 'lockstep@localhost',
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'none.config'),
    RABBITMQ_GENERATED_CONFIG_DIR: join(folder, 'generated'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
    RABBITMQ_FEATURE_FLAGS_FILE: join(folder, 'feature_flags'),
    RABBITMQ_MNESIA_BASE: folder,
    RABBITMQ_MNESIA_DIR: join(folder, 'data'),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_LOGS: '-',
  }
}
