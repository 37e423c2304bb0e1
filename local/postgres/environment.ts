/** Variables of libpq, which the shell of a user may set for other servers. */

type Environment = Record<string, string | undefined>

// https://www.postgresql.org/docs/current/libpq-envars.html
const isOfPostgres = (name: string) => /^PG[A-Z]+$/.test(name)

/** An environment without variables for other servers. */
export const withoutPostgresVariables = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => !isOfPostgres(name)))

/** The environment of PostgreSQL's programs: no locale or time zone that this machine may lack. */
export const postgresEnvironment = (environment: Environment = process.env): Environment => ({
  ...withoutPostgresVariables(environment),
  LC_ALL: 'C',
  TZ: 'UTC',
})

/** Removes those variables from this process and its children. */
export function dropPostgresVariables(): void {
  for (const name of Object.keys(process.env)) if (isOfPostgres(name)) delete process.env[name]
}
