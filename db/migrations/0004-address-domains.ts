import { domainToUnicode } from 'node:url'
import { type Kysely, sql } from 'kysely'

/**
 * Domains of addresses in the form under which new ones are stored: in lower case, internationalised ones in Unicode. An address
 * whose form another user has keeps its own, so that no user is lost; it cannot be registered again.
 */
// biome-ignore lint/suspicious/noExplicitAny: a migration is frozen and must not follow the types of the newest schema
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

/** The forms before it are not known any more; those after it are valid, too. */
export async function down(): Promise<void> {}
