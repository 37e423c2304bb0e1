/** Writes the generated files, and the generated regions of others. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { fill, generatedFiles } from './generated.ts'

for (const file of generatedFiles) {
  const path = new URL(`../${file}`, import.meta.url)
  // A file that is generated whole may not exist yet.
  const before = await readFile(path, 'utf8').catch(() => '')
  const after = fill(file, before)
  if (after !== before) {
    await mkdir(new URL('.', path), { recursive: true })
    await writeFile(path, after)
  }
  console.log(`${after === before ? 'unchanged' : 'written'}  ${file}`)
}
