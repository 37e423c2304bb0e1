/** What stands for other machines: an ssh server of our own, and a network of its own. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll } from 'vitest'
import { freePort, isFree } from '../../local/processes/ports.ts'

/** Whether a command ends with 0. */
export function succeeds(command: string): boolean {
  const [program = '', ...args] = command.split(' ')
  try {
    execFileSync(program, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const separateNetwork = 'unshare --map-root-user --net'

/** Runs a command that reaches nothing of this machine; `undefined` if the system has no such. */
export const withoutNetwork = succeeds(`${separateNetwork} true`) ? separateNetwork : undefined

/** The path of sshd, which must be absolute; `undefined` if there is none. */
const sshdPath = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  .map((folder) => join(folder, 'sshd'))
  .find((path) => succeeds(`test -x ${path}`))

const makeKey = (path: string) =>
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path])

/**
 * Starts an ssh server on loopback until the tests of a file have ended.
 * @returns the command that logs in there; `undefined` if there is no sshd
 */
export async function startSshd(): Promise<string | undefined> {
  if (!sshdPath) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-ssh-'))
  const port = await freePort()
  for (const name of ['host', 'user']) makeKey(join(folder, name))
  const server = `ListenAddress 127.0.0.1:${port}
HostKey ${folder}/host
AuthorizedKeysFile ${folder}/user.pub
StrictModes no
PidFile none
SetEnv PATH=${process.env.PATH}
`
  const client = `Host generator
HostName 127.0.0.1
Port ${port}
IdentityFile ${folder}/user
StrictHostKeyChecking no
UserKnownHostsFile ${folder}/known_hosts
LogLevel ERROR
`
  await writeFile(join(folder, 'sshd_config'), server)
  await writeFile(join(folder, 'ssh_config'), client)
  // As root, sshd wants the folder that its service would make.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
  const sshd = spawn(sshdPath, ['-D', '-f', join(folder, 'sshd_config')], { stdio: 'inherit' })
  afterAll(async () => {
    sshd.kill()
    await rm(folder, { recursive: true, force: true })
  })
  while (sshd.exitCode === null && (await isFree(port))) await setTimeout(50)
  return `ssh -F ${folder}/ssh_config generator`
}
