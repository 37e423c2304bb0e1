import { expect, test } from 'vitest'
import { addressOf, findUrlProblem } from './database-url.ts'

const secret = 'swordfish'

test.each([
  ['no URL at all', secret, 'must be a URL such as'],
  ['the scheme of another database', `mysql://me:${secret}@db:3306/shop`, 'must be a URL such as'],
  ['a # in the password', `postgresql://me:${secret}#1@db/shop`, '# is %23'],
  ['a # after digits in the password', 'postgresql://me:12#34@db/shop', '# is %23'],
  ['a / in the password', `postgresql://me:${secret}/1@db/shop`, '/ is %2F'],
  ['a ? in the password', `postgresql://me:${secret}?1@db/shop`, '? is %3F'],
  ['a space in the password', `postgresql://me:${secret} 1@db/shop`, 'a space is %20'],
  [
    'a % that encodes nothing',
    `postgresql://me:${secret}%@db/shop`,
    'has a % that encodes nothing',
  ],
  [
    'a % that encodes no UTF-8',
    `postgresql://me:${secret}%FF@db/shop`,
    'has a % that encodes nothing',
  ],
  ['a Windows line ending', `postgresql://me:${secret}@db/shop\r`, 'character "\\r": remove it'],
  ['a space in the database', `postgresql://me:${secret}@db/my shop`, 'character or a space'],
  ['an invalid port', `postgresql://me:${secret}@db:port/shop`, 'no valid host or port'],
  ['no host', 'postgresql:///shop', 'names no host'],
  ['several hosts', `postgresql://me:${secret}@one,two/shop`, 'names several hosts'],
  [
    'several hosts in the query',
    `postgresql://me:${secret}@one/shop?host=one,two`,
    'several hosts',
  ],
  ['no database', `postgresql://me:${secret}@db`, 'names no database'],
  ['no database after a slash', `postgresql://me:${secret}@db:5432/`, 'names no database'],
  ['a missing certificate', 'postgresql://db/shop?sslrootcert=/no/such', '(ENOENT)'],
])('%s is named, and the password is not', (_name, url, words) => {
  expect(findUrlProblem(url)).toContain(words)
  expect(findUrlProblem(url)).not.toContain(secret)
})

test.each([
  ['postgresql://me:pass@db/shop', 'db:5432', 'shop'],
  ['postgres://me:pass@db:6432/shop', 'db:6432', 'shop'],
  ['postgresql://me:a%23b%2Fc%3Fd%40e@db/shop', 'db:5432', 'shop'],
  ['postgresql://me:a@b@db/shop', 'db:5432', 'shop'],
  ['postgresql://me@[::1]:5433/shop?sslmode=disable', '::1:5433', 'shop'],
  ['postgresql://db/shop?host=other', 'other:5432', 'shop'],
  ['postgresql://me:pass@/shop?host=/var/run/postgresql', '/var/run/postgresql:5432', 'shop'],
  ['postgresql:///shop?host=/var/run/postgresql', '/var/run/postgresql:5432', 'shop'],
  ['postgresql://%2Fvar%2Frun%2Fpostgresql/shop', '/var/run/postgresql:5432', 'shop'],
])('%s is the database that pg connects to', (url, server, database) => {
  expect(findUrlProblem(url)).toBeUndefined()
  expect(addressOf(url)).toMatchObject({ server, database })
})
