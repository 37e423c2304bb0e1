/** Writes the generated regions of all files. */
import { readFile, writeFile } from 'node:fs/promises'
import { fill, generatedFiles } from './generated.ts'

for (const file of generatedFiles) {
  const path = new URL(`../${file}`, import.meta.url)
  const before = await readFile(path, 'utf8')
  const after = fill(file, before)
  if (after !== before) await writeFile(path, after)
  console.log(`${after === before ? 'unchanged' : 'written'}  ${file}`)
}
