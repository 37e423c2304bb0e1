import { domainToUnicode } from 'node:url'
import { type Kysely, sql } from 'kysely'

/**
 * Domains of addresses get the form of new ones: lower case, internationalised ones in Unicode. If
 * another user has that form, the address stays as it is, so that no user is lost.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration must not follow the newest types
export async function up(db: Kysely<any>): Promise<void> {
  await sql`
    update users set email = lowered.email from (
      select distinct on (lower) id, lower as email
      from (select id, regexp_replace(email, '@[^@]*$', '') || lower(substring(email from '@[^@]*$')) as lower
        from users where email ~ '@[^@]*[A-Z][^@]*$') as candidates
      where not exists (select from users as other where other.email = lower)
      order by lower, id
    ) as lowered where users.id = lowered.id
  `.execute(db)
  const { rows } = await sql<{ id: number; email: string }>`
    select id, email from users where email ~* '@([^@]*\\.)?xn--[^@]*$' order by id
  `.execute(db)
  for (const { id, email } of rows) await decodeDomain(db, id, email)
}

// biome-ignore lint/suspicious/noExplicitAny: as above
async function decodeDomain(db: Kysely<any>, id: number, email: string): Promise<void> {
  const at = email.lastIndexOf('@')
  const domain = domainToUnicode(email.slice(at + 1).toLowerCase())
  if (domain === '') return
  const decoded = `${email.slice(0, at)}@${domain}`
  await sql`
    update users set email = ${decoded}
    where id = ${id} and not exists (select from users as other where other.email = ${decoded})
  `.execute(db)
}

/** The earlier forms are lost; the new ones are valid as well. */
export async function down(): Promise<void> {}
