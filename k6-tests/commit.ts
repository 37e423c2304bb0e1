/** The commit of the checkout. https://git-scm.com/docs/gitrepository-layout */
import { localPath } from './local-path.ts'

const read = (path: string): string | undefined => {
  try {
    return open(path).trim()
  } catch {
    return undefined
  }
}

const within = (folder: string, path: string) => (path.startsWith('/') ? path : `${folder}/${path}`)

/** Git's folder. In a linked worktree, `.git` is a file that contains its path. */
function gitFolder(): string {
  const folder = localPath('../.git')
  const link = read(folder)?.replace('gitdir: ', '')
  return link ? within(localPath('..'), link) : folder
}

/**
 * The checked-out commit; `unknown` outside a checkout. Call it while the script is initialised.
 */
export function readCommit(): string {
  const git = gitFolder()
  const head = read(`${git}/HEAD`) ?? 'unknown'
  if (!head.startsWith('ref: ')) return head
  const ref = head.slice('ref: '.length)
  const common = within(git, read(`${git}/commondir`) ?? '.')
  const packed = read(`${common}/packed-refs`)
    ?.split('\n')
    .find((line) => line.endsWith(` ${ref}`))
  return read(`${common}/${ref}`) ?? packed?.split(' ')[0] ?? 'unknown'
}
