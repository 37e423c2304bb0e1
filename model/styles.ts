/** The styles of communication in which the services run: what is named after each of them. */
export type Style = {
  /** The end of a container's name. */
  suffix: string
  /** Added to the ports on the host. */
  portOffset: number
  composeFile: string
  /** The load of k6. */
  script: string
  /** Its word in the title of the dashboard. */
  title: string
}

export const styles = {
  sync: {
    suffix: '_sync',
    portOffset: 0,
    composeFile: 'docker-compose-sync.yml',
    script: 'script-sync',
    title: 'Synchronous',
  },
} as const satisfies Record<string, Style>
