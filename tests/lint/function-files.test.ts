import { access, readdir, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { functionNames, services } from '../../model/services.ts'
import { settingsReadBy } from '../../model/settings.ts'

// What serves all functions is beside them.
const shared = ['http', 'messaging']

const inRepository = (path: string) => new URL(`../../${path}`, import.meta.url)

test('every folder of functions/ has its row', async () => {
  const entries = await readdir(inRepository('functions'), { withFileTypes: true })
  const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
  const rowless = folders.filter((name) => !shared.includes(name) && !Object.hasOwn(services, name))
  expect(rowless, 'model/services.ts lacks their rows').toEqual([])
})

test.each(functionNames)('the %s function reads its own settings', async (name) => {
  const file = `functions/${name}/app.ts`
  const uses = (await readFile(inRepository(file), 'utf8')).matchAll(/\bc\.env\.([A-Z]\w+)/g)
  const known: string[] = settingsReadBy(name)
  const unknown = Array.from(uses, ([, used = '']) => used).filter((used) => !known.includes(used))
  const lack = `model/scenario-settings.ts lacks their rows with readBy: ['${name}']`
  expect(unknown, lack).toEqual([])
})

test.each(functionNames)('the %s function has tests beside it', async (name) => {
  const file = `functions/${name}/app.test.ts`
  await expect(access(inRepository(file)), `${file} is missing`).resolves.toBeUndefined()
})

test.each(functionNames)('CHANGELOG.md names the %s service', async (name) => {
  const changelog = await readFile(inRepository('CHANGELOG.md'), 'utf8')
  const isNamed = changelog.includes(services[name].name)
  expect(isNamed, `CHANGELOG.md does not name ${services[name].name}`).toBe(true)
})
