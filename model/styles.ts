/** The styles of communication in which the services run: what is named after each of them. */
export type Style = {
  /** The end of a container's name. */
  suffix: string
  /** Added to the ports of services on the host. */
  portOffset: number
  /** Added to the ports of PostgreSQL, Prometheus, Grafana and cAdvisor on the host. */
  toolPortOffset: number
  /** The folder of a lab of `npm start`. */
  folder: string
  composeFile: string
  /** Begins the names of the results of a load. */
  script: string
  /** Its word in the title of the dashboard. */
  title: string
}

export const styles = {
  sync: {
    suffix: '_sync',
    portOffset: 0,
    toolPortOffset: 0,
    folder: '.lab',
    composeFile: 'docker-compose-sync.yml',
    script: 'script-sync',
    title: 'Synchronous',
  },
  async: {
    suffix: '_async',
    portOffset: 100,
    toolPortOffset: 1,
    folder: '.lab-async',
    composeFile: 'docker-compose-async.yml',
    script: 'script-async',
    title: 'Asynchronous',
  },
} as const satisfies Record<string, Style>

export type StyleName = keyof typeof styles
