/**
 * The configuration of the entrance: HAProxy finds the replicas by DNS, and balances connections. It
 * does not read HTTP, so that every answer is a service's own.
 */
import { containerPort, functionNames, services } from '../../model/services.ts'

/** The most replicas of one service that the entrance can reach. */
const mostReplicas = 10

const head = `global
  # Two files for each connection: within the limit that containers usually have.
  maxconn 4000

defaults
  mode tcp
  timeout connect 2s
  timeout client 5m
  timeout server 5m
  # A connection that does not open goes to another replica.
  retries 3
  option redispatch 1

# Docker's own. An answer that lacks a replica removes it at once.
resolvers docker
  nameserver dns 127.0.0.11:53
  hold valid 1s
  hold obsolete 0s
  resolve_retries 3
  timeout resolve 1s
  timeout retry 1s
`

const servers = (service: string) =>
  [
    `server-template ${service} ${mostReplicas} tasks.${service}:${containerPort}`,
    'resolvers docker init-addr none resolve-prefer ipv4 check inter 1s fall 1 rise 1',
  ].join(' ')

const section = (service: string, port: number) => `
listen ${service}
  bind :${port}
  balance leastconn
  option httpchk GET /ready
  ${servers(service)}
`

export const haproxyConfig = (): string =>
  head + functionNames.map((name) => section(services[name].name, services[name].port)).join('')
