import { execFile } from 'node:child_process'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { removeFolder, root, temporaryFolder } from './starter.ts'

const run = promisify(execFile)
const names = ['docker-compose-sync.yml', 'Dockerfile']

let folder: string
beforeEach(async () => {
  folder = await temporaryFolder()
  onTestFinished(() => removeFolder(folder))
  await Promise.all(names.map((name) => copyFile(join(root, name), join(folder, name))))
})

/** Pins copies of the files with a registry that answers with `digest`. */
async function pin(digest: string): Promise<string> {
  await writeFile(join(folder, 'docker'), `#!/bin/sh\necho ${digest}\n`, { mode: 0o755 })
  const files = names.map((name) => join(folder, name))
  const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` }
  return (await run(join(root, '.ci/digests'), files, { env })).stdout
}

const read = async () =>
  (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).join('')

const imageLine = /^ *(?:image:|FROM) +\S+:\S+/gm
const without = (text: string) => text.replaceAll(/@sha256:[0-9a-f]{64}/g, '')

test('pins every image to the digest of its tag', async () => {
  const before = await read()
  await pin(`sha256:${'0'.repeat(64)}`)
  await pin(`sha256:${'a'.repeat(64)}`)
  const after = await read()
  const images = after.match(imageLine) ?? []
  expect(images.length).toBeGreaterThanOrEqual(7)
  for (const image of images) expect(image).toMatch(/@sha256:a{64}$/)
  expect(without(after)).toBe(without(before))
})

test('leaves the files unchanged without a registry', async () => {
  const before = await read()
  expect(await pin('')).toContain('skipped: no registry answers')
  expect(await read()).toBe(before)
})
