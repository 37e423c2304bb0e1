import { functionNames, services } from '../../model/services.ts'
import { docker } from '../containers/compose.ts'

/** The name of the stack, which .ci/swarm deploys. */
export const stack = process.env.STACK ?? 'lockstep-ci'

export const replicas = 3

export const scale = `docker service scale --detach ${stack}_{service}={replicas}`

export const serviceNames = functionNames.map((name) => services[name].name)

const lines = (text: string) => text.split('\n').filter((line) => line !== '')

/** The containers of a service of the stack that pass their health check. */
export const healthy = async (service: string): Promise<string[]> =>
  lines(
    await docker(
      'ps',
      '--quiet',
      '--no-trunc',
      ...['--filter', `label=com.docker.swarm.service.name=${stack}_${service}`],
      ...['--filter', 'health=healthy'],
    ),
  )

type Network = { Containers: Record<string, { IPv4Address: string }> }

/** The address at which this machine reaches a container, whatever it publishes. */
export async function addressOf(container: string): Promise<string> {
  const [bridge] = JSON.parse(await docker('network', 'inspect', 'docker_gwbridge')) as [Network]
  const { IPv4Address = '' } = bridge.Containers[container] ?? {}
  if (!IPv4Address) throw new Error(`Container ${container} has no address on docker_gwbridge`)
  return IPv4Address.split('/')[0] ?? ''
}
