import { access, readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { functionNames, services } from '../../model/services.ts'

const inRepository = (path: string) => new URL(`../../${path}`, import.meta.url)

test.each(functionNames)('the %s function has tests beside it', async (name) => {
  const file = `functions/${name}/app.test.ts`
  await expect(access(inRepository(file)), `${file} is missing`).resolves.toBeUndefined()
})

test.each(functionNames)('CHANGELOG.md names the %s service', async (name) => {
  const changelog = await readFile(inRepository('CHANGELOG.md'), 'utf8')
  const isNamed = changelog.includes(services[name].name)
  expect(isNamed, `CHANGELOG.md does not name ${services[name].name}`).toBe(true)
})
