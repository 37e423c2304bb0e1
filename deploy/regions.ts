/** Marked regions of files that are otherwise written by hand. */

const comment = (file: string, text: string) =>
  file.endsWith('.md') ? `<!-- ${text} -->` : `# ${text}`

/**
 * Replaces the content of a region, which stands between two comments, at their indentation.
 * @throws Error naming file and region if the comments are missing
 */
export function fillRegion(file: string, text: string, name: string, content: string): string {
  const begin = comment(file, `generated from model/ by npm run generate: ${name}`)
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
