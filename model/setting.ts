/** The facts of one setting. */
import type { FunctionName } from './services.ts'
import type { StyleName } from './styles.ts'

type Facts = {
  /** One line of help. */
  help: string
  /** The functions that read it in `c.env`; without it, the container reads it. */
  readBy?: readonly FunctionName[]
  /** The text of a default that is not a constant. */
  defaultText?: string
  /** Set by whatever starts the container, so it is not passed through by compose. */
  fixed?: boolean
  /** The only style whose containers read it; without it, those of both. */
  style?: StyleName
}

/** A whole number from `least` to `most`. */
type Integer = { kind: 'integer'; default?: number; least: number; most: number; unit?: 'ms' | 'h' }
/** A decimal number of seconds. */
type Seconds = { kind: 'seconds'; default: number }
type Choice = { kind: 'choice'; default: string; choices: readonly string[] }
type Text = { kind: 'text'; default: string }
/** Origins of web pages, separated by commas. */
type Origins = { kind: 'origins'; default: string }
/** Host names, separated by commas. */
type Hosts = { kind: 'hosts'; default: string }
/** JSON that a schema of the runtime checks. */
type Json = { kind: 'json'; default: string; example: string }

export type Setting = Facts & (Integer | Seconds | Choice | Text | Origins | Hosts | Json)

/** The largest value of PostgreSQL's `integer`; in milliseconds, the longest timer of Node.js. */
export const maxInteger = 2_147_483_647
