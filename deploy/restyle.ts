/** Texts of the synchronous style, written by hand, that say the same of the asynchronous one. */
import { type Style, styles } from '../model/styles.ts'
import { portVariable, variable } from './compose.ts'

const { sync, async } = styles

/** The file of the dashboard of a style. */
export const dashboardOf = ({ title }: Style) => `${title.toLowerCase()}-microservices.json`

const toolContainer = new RegExp(`^( *container_name: \\w+)${sync.suffix}$`, 'gm')
const toolPort = /\$\{(POSTGRES|PROMETHEUS|GRAFANA|CADVISOR)_PORT:-(\d+)\}/g

const restylePort = (_: string, tool: string, port: string) =>
  variable(portVariable(tool, 'async'), Number(port) + async.toolPortOffset)

export type RestyleOptions = {
  /** The file of the text. */
  file: string
  /** What it says of the synchronous style, and what instead. */
  replacements: readonly (readonly [from: string, to: string])[]
}

/**
 * Makes a function that replaces all of these, the names of containers and the ports of tools.
 * @throws Error naming what the text does not have
 */
export function createRestyle({ file, replacements }: RestyleOptions) {
  const replace = (text: string, [from, to]: readonly [string, string]) => {
    if (!text.includes(from)) throw new Error(`${file} has no "${from}"`)
    return text.replaceAll(from, to)
  }
  return (text: string): string =>
    replacements
      .reduce(replace, text)
      .replaceAll(toolContainer, `$1${async.suffix}`)
      .replaceAll(toolPort, restylePort)
}
