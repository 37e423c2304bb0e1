/** Thrown if no connection was free in time: the pool is exhausted, or the server is down. */
export class DatabaseUnavailableError extends Error {
  override name = 'DatabaseUnavailableError'
}

/** The SQLSTATE of a database error, or the code of a system error. */
export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

// Classes 08 and 57: connection lost, server shutting down, statement cancelled by its timeout;
// 53300: too many connections; 25006: the server has become read-only.
// https://www.postgresql.org/docs/current/errcodes-appendix.html
const passingCodes = /^(08|57)|^(53300|25006)$|^E(CONNREFUSED|CONNRESET|PIPE|TIMEDOUT)$/

// pg gives these errors no code.
const connectionBroke = /^Connection terminated|is not queryable$/

/** Whether a query failed because the database could not serve it, not because of the query. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true
  if (!(error instanceof Error)) return false
  const code = codeOf(error)
  return code === undefined ? connectionBroke.test(error.message) : passingCodes.test(code)
}
