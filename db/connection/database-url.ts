/**
 * The only reader of DATABASE_URL, so that all commands report an invalid one in the same words.
 */
import pg from 'pg'

const example = 'postgresql://user:password@host:5432/database'
const escapes = '# is %23, / is %2F, ? is %3F, @ is %40, % is %25, a space is %20'

/** The problem with a database URL, in words without the URL; `undefined` if there is none. */
export function findUrlProblem(text: string): string | undefined {
  if (!/^postgres(ql)?:\/\//.test(text)) return `must be a URL such as ${example}`
  const [control] = /\p{Cc}/u.exec(text) ?? []
  if (control) return `has the control character ${JSON.stringify(control)}: remove it`
  if (hasBareReservedCharacter(text))
    return `has a reserved character or a space: percent-encode it (${escapes})`
  if (!isPercentEncoded(text)) return `has a % that encodes nothing (${escapes})`
  const url = parseUrl(text)
  if (!url) return `has no valid host or port: it must be a URL such as ${example}`
  const hosts = url.searchParams.get('host') ?? url.hostname
  if (hosts === '') return `names no host: it must be a URL such as ${example}`
  if (hosts.includes(',')) return 'names several hosts: name the one that accepts writes'
  if (url.pathname.length < 2) return 'names no database: add its name after the host, as /database'
  return findUnreadableFile(text)
}

/** pg reads the files of `sslrootcert` and similar parameters as soon as it parses the URL. */
function findUnreadableFile(text: string): string | undefined {
  try {
    addressOf(text)
    return undefined
  } catch (error) {
    return (
      'names something that cannot be read ' +
      `(${(error as NodeJS.ErrnoException).code ?? 'error'})`
    )
  }
}

/** Whether a space or one of `#/?` cuts the user and the password off. */
function hasBareReservedCharacter(text: string): boolean {
  const [authority = '', rest = ''] = splitOnce(text.slice(text.indexOf('//') + 2), /[/?#]/)
  return /[\s#]/.test(text) || (!authority.includes('@') && rest.includes('@'))
}

function splitOnce(text: string, separator: RegExp): [string, string] {
  const at = text.search(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at)]
}

function isPercentEncoded(text: string): boolean {
  try {
    // Used, or the bundler leaves the call out.
    return decodeURIComponent(text) !== ''
  } catch {
    return false
  }
}

/** As pg parses it: after a user, the host may be missing if `?host=` names a socket. */
const parseUrl = (text: string) => URL.parse(text) ?? URL.parse(text.replace('@/', '@host/'))

/** The address of a database, without the password; `server` is `host:port`. */
export type DatabaseAddress = { server: string; database: string; user: string }

/** The address in a URL, with pg's defaults for missing parts. */
export function addressOf(url: string): DatabaseAddress {
  const { host, port, database = '', user = '' } = new pg.Client({ connectionString: url })
  return { server: `${host}:${port}`, database, user }
}
