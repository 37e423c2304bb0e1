import { domainToUnicode } from 'node:url'
import { sql } from 'kysely'
import type { Db } from '../schema.ts'

/**
 * Domains of addresses in the form under which new ones are stored: in lower case, internationalised ones in Unicode. An address
 * whose form another user has keeps its own, so that no user is lost; it cannot be registered again.
 */
export async function up(db: Db): Promise<void> {
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

async function decodeDomain(db: Db, id: number, email: string): Promise<void> {
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
