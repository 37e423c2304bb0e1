/** Variables of libpq, which the shell of a user may set for other servers. */

// https://www.postgresql.org/docs/current/libpq-envars.html
const isOfPostgres = (name: string) => /^PG[A-Z]+$/.test(name)

/** The environment of PostgreSQL's programs: no locale or time zone that this machine may lack. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !isOfPostgres(name))
  return { ...Object.fromEntries(own), LC_ALL: 'C', TZ: 'UTC' }
}

/** Removes those variables from this process and its children. */
export function dropPostgresVariables(): void {
  for (const name of Object.keys(process.env)) if (isOfPostgres(name)) delete process.env[name]
}
