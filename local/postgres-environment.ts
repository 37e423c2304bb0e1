/** libpq's variables, which the shell of a user may hold for servers of their own, and what else PostgreSQL takes from there. */

type Environment = Record<string, string | undefined>

// https://www.postgresql.org/docs/current/libpq-envars.html
const isOfPostgres = (name: string) => /^PG[A-Z]+$/.test(name)

/** An environment without what is meant for other servers. */
export const withoutPostgresVariables = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !isOfPostgres(name)))

/** What PostgreSQL's own programs run with: no locale or time zone that this machine may not have. */
export const postgresEnvironment = (environment: Environment = process.env): Environment => ({
  ...withoutPostgresVariables(environment),
  LC_ALL: 'C',
  TZ: 'UTC',
})

/** Keeps the same away from connections of this process, and from what it starts. */
export function dropPostgresVariables(): void {
  for (const name of Object.keys(process.env)) if (isOfPostgres(name)) delete process.env[name]
}
