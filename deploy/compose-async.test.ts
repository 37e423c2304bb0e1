import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { styles } from '../model/styles.ts'
import { restyle } from './compose-async.ts'

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8')
const text = await read(styles.sync.composeFile)

test('nothing of the synchronous stack is left but its load', async () => {
  const [, ...lines] = (await read(styles.async.composeFile)).split('\n')
  const left = lines.filter((line) =>
    /[-_]sync\b|\bsynchronous|:-(80[01]\d|8080|9090|3000|5432)}/.test(line),
  )
  expect(left).toEqual([expect.stringContaining('k6-tests/script-sync.js')])
})

test('the limits, images and protections are those of the synchronous stack', () => {
  const kept = /^ +(image|cpus|mem_limit|pids_limit|user|read_only|cap_drop|security_opt): .*$/gm
  expect(text.match(kept)?.length).toBeGreaterThan(20)
  const shared = restyle(text).replace(/\n {2}rabbitmq:\n[\s\S]*(?=\n {2}prometheus:\n)/, '')
  expect(shared.match(kept)).toEqual(text.match(kept))
})

test('RabbitMQ is confined as well, and only its profile starts it', () => {
  const { services } = parse(restyle(text), { merge: true })
  expect(services.rabbitmq).toMatchObject({
    profiles: ['rabbitmq'],
    container_name: 'rabbitmq_async',
    read_only: true,
    cap_drop: ['ALL'],
    user: 'rabbitmq',
  })
  const { RABBITMQ_DEFAULT_USER: user, RABBITMQ_DEFAULT_PASS: password } =
    services.rabbitmq.environment
  const url = services.userservice.environment.BROKER_URL
  expect(url).toBe(`\${BROKER_URL:-amqp://${user}:${password}@rabbitmq:5672}`)
})

test.each([
  ['name: lockstep\n', '', 'name: lockstep'],
  ['four pools', 'a few pools', 'four pools'],
  ['Callers depend', 'Clients depend', 'Callers depend'],
])('a text without %j is refused', (part, other, named) => {
  expect(() => restyle(text.replace(part, other))).toThrow(`has no "${named}`)
})
