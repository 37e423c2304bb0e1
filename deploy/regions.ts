/** Marked regions of files that are otherwise written by hand. */

function comment(file: string, text: string): string {
  if (file.endsWith('.md')) return `<!-- ${text} -->`
  return file.endsWith('.ts') ? `// ${text}` : `# ${text}`
}

// The source of a file's facts: the model, or the folder of migrations.
const sourceOf = (file: string) => (file === 'db/migrate.ts' ? 'db/migrations/' : 'model/')

/**
 * Replaces the content of a region, which stands between two comments, at their indentation.
 * @throws Error naming file and region if the comments are missing
 */
export function fillRegion(file: string, text: string, name: string, content: string): string {
  const begin = comment(file, `generated from ${sourceOf(file)} by npm run generate: ${name}`)
  const end = comment(file, `end: ${name}`)
  const region = new RegExp(
    `^( *)${RegExp.escape(begin)}\\n[\\s\\S]*?^ *${RegExp.escape(end)}$`,
    'm',
  )
  const indentation = region.exec(text)?.[1]
  if (indentation === undefined) throw new Error(`${file} has no region "${begin}" … "${end}"`)
  const lines = content.split('\n').map((line) => (line === '' ? '' : indentation + line))
  const filled = [indentation + begin, ...lines, indentation + end].join('\n')
  return text.replace(region, () => filled)
}
