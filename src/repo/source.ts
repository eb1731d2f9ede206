/** What somebody named to read a competition from, and which branch of it. */
import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import { isGitFolder } from './git-folder.ts'
import { githubUrl, isGithubAddress } from './github/address.ts'
import { headBranch, readBranches } from './refs.ts'

export type Source =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'bundle'; readonly file: string }
  | FolderSource

export interface FolderSource {
  readonly kind: 'folder'
  readonly dir: string
  /** Where objects and refs are. */
  readonly gitdir: string
  readonly branches: ReadonlyMap<string, string>
  /** The branch that HEAD names. */
  readonly head: string | undefined
}

/** @throws `not-found` when nothing is there, or no repository; `usage` for `github:` without a repository; `refused` for one in a format that nobody here reads */
export async function findSource(source: string): Promise<Source> {
  if (/^https?:\/\//i.test(source)) return { kind: 'url', url: source }
  // Who reads takes the whole history, which git has in one piece.
  if (isGithubAddress(source)) return { kind: 'url', url: githubUrl(source) }
  const path = resolve(source)
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) return { kind: 'bundle', file: path }
  if (found?.isDirectory()) return findFolder(path)
  if (OTHER_ADDRESS.test(source)) {
    throw new RoundkeeperError('usage', 'only http and https addresses are fetched from', {
      where: source,
      hint: 'Give the https address of the same repository, or git clone it and give the folder.',
    })
  }
  throw new RoundkeeperError('not-found', `there is nothing at ${path}`, {
    where: path,
    hint: 'Give an http(s) URL, a git bundle, or the folder of a repository.',
  })
}

/** What stock git fetches from as well: `ssh://host/path`, `git@host:path`. */
const OTHER_ADDRESS = /^([a-z][a-z0-9+.-]+:\/\/|[^/\\]+@[^/\\:]+:)/i

/** `main`, else the one that HEAD names, else the only one. @throws `not-found` */
export function pickBranch(
  names: Iterable<string>,
  head: string | undefined,
  wanted: string | undefined,
  where: string,
): string {
  const all = [...names]
  const only = all.length === 1 ? all[0] : undefined
  const name = wanted ?? [...(all.includes('main') ? ['main'] : []), head, only].find((one) => one !== undefined)
  if (name !== undefined && all.includes(name)) return name
  if (all.length === 0) {
    throw new RoundkeeperError('not-found', 'the repository is empty', {
      where,
      hint: 'Create the competition with init first.',
    })
  }
  throw new RoundkeeperError('not-found', `there is no branch ${name ?? 'to choose by itself'}`, {
    where,
    hint: `Choose one of: ${all.slice(0, 20).join(', ')}`,
  })
}

/** A bare repository, a clone, or a work tree beside its clone. */
async function findFolder(dir: string): Promise<FolderSource> {
  const inside = join(dir, '.git')
  const own = (await isGitFolder(inside)) ? inside : await linked(inside)
  const gitdir = own === undefined ? dir : await commonFolder(own)
  if (!(await isGitFolder(gitdir))) {
    throw new RoundkeeperError('not-found', `there is no git repository in ${dir}`, {
      where: dir,
      hint: 'Give the top folder of a clone, a bare repository, or a folder made by `init`.',
    })
  }
  const config = await readFile(join(gitdir, 'config'), 'utf8').catch(() => '')
  if (/^\s*objectformat\s*=\s*sha256/im.test(config)) throw unreadable(dir, 'its ids are SHA-256')
  if (/^\s*refstorage\s*=\s*reftable/im.test(config)) throw unreadable(dir, 'its branches are in a reftable')
  return { kind: 'folder', dir, gitdir, branches: await readBranches(gitdir), head: await headBranch(own ?? gitdir) }
}

/** `.git` may be a file that says where the folder is. */
async function linked(file: string): Promise<string | undefined> {
  const target = /^gitdir: (.+)$/m.exec(await readFile(file, 'utf8').catch(() => ''))?.[1]
  return target === undefined ? undefined : resolve(file, '..', target)
}

/** A work tree of its own shares objects and branches with others. */
async function commonFolder(gitdir: string): Promise<string> {
  const common = await readFile(join(gitdir, 'commondir'), 'utf8').catch(() => '.')
  return resolve(gitdir, common.trim())
}

const unreadable = (where: string, why: string) =>
  new RoundkeeperError('refused', `this repository cannot be read: ${why}`, {
    where,
    hint: 'Clone it anew: git clone --ref-format=files (objects: git fast-export into a SHA-1 repository).',
  })
