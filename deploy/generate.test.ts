import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { styles } from '../model/styles.ts'
import { fill, generatedFiles } from './generate.ts'

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8')

test.each(generatedFiles)('%s agrees with the model', async (file) => {
  const text = await read(file)
  expect(text, `${file} is out of date: run npm run generate`).toBe(fill(file, text))
})

test.each(Object.values(styles))('.env.example has the defaults of $composeFile', async (style) => {
  const compose = await read(style.composeFile)
  const example = await read('.env.example')
  for (const [, variable, value] of compose.matchAll(/\$\{(\w+):-([^}]*)\}/g))
    if (value !== '') expect(example.split('\n')).toContain(`#${variable}=${value}`)
})
