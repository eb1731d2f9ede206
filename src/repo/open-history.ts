/** Opens the whole history of a competition, wherever it is: through the git program where there is one. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import { ownGitFolder } from './borrowed-objects.ts'
import { branchOfBundle, readBundleHeader } from './bundle.ts'
import { findGit, type GitProgram } from './git-program.ts'
import type { History } from './history.ts'
import { fetchBranch, unbundle } from './native-fetch.ts'
import { NativeHistory } from './native-history.ts'
import { checkBranch } from './paths.ts'
import type { AskCredentials, Credentials } from './remote.ts'
import { parseAddress } from './remote-address.ts'
import { type FolderSource, findSource, pickBranch } from './source.ts'

export interface OpenHistoryOptions {
  /** `main`, else the one that HEAD names, else the only one. */
  readonly branch?: string
  readonly credentials?: AskCredentials
  /** `auto`: git where a program is found that is new enough. */
  readonly backend?: 'auto' | History['backend']
}

/** Loaded where they are needed: their library takes as long to load as all the rest, and most who read have git. */
const withoutGit = async () => (await import('./iso-history.ts')).IsoHistory
const remotes = () => import('./remote.ts')

/**
 * Dispose of it to end programs and remove temporary files.
 * @throws `not-found`, `refused` (a bundle or repository that cannot be read), `unauthorised`, `unavailable`
 */
export async function openHistory(source: string, options: OpenHistoryOptions = {}): Promise<History> {
  const program = await programOf(options)
  const found = await findSource(source)
  if (found.kind === 'folder') return openFolder(found, options, program)
  if (found.kind === 'bundle') return openBundle(found.file, options, program)
  return openUrl(found.url, options, program)
}

async function programOf({ backend = 'auto' }: OpenHistoryOptions): Promise<GitProgram | undefined> {
  const program = backend === 'isomorphic-git' ? undefined : await findGit()
  if (program !== undefined || backend !== 'git') return program
  throw new RoundkeeperError('not-found', 'there is no git program that is new enough (2.31)', {
    where: 'PATH',
    hint: 'Install git, or let the history be read without it, which takes longer.',
  })
}

async function openFolder(found: FolderSource, { branch }: OpenHistoryOptions, program: GitProgram | undefined) {
  const { dir: id, gitdir, branches } = found
  const head = branches.get(pickBranch(branches.keys(), found.head, branch, id)) ?? ''
  if (program === undefined) return new (await withoutGit())(gitdir, head, id)
  const place = await ownGitFolder(program, join(gitdir, 'objects'))
  return new NativeHistory({ place, head, id, gitdir })
}

async function openBundle(file: string, { branch }: OpenHistoryOptions, program: GitProgram | undefined) {
  if (program === undefined) {
    const { unpackBundle } = await import('./unpack-bundle.ts')
    return filled(await temporary(), async (place) => {
      const { oid } = branchOfBundle(await unpackBundle(file, place.dir), branch, file)
      return new (await withoutGit())(place.dir, oid, file, place)
    })
  }
  const { oid } = branchOfBundle(await readBundleHeader(file), branch, file)
  return filled(await ownGitFolder(program), async (place) => {
    await unbundle(place, file)
    return new NativeHistory({ place, head: oid, id: file, gitdir: file })
  })
}

async function openUrl(source: string, options: OpenHistoryOptions, program: GitProgram | undefined) {
  const { url, credentials } = parseAddress(source)
  const ask = options.credentials ?? credentials
  let answer: Credentials | undefined
  const auth = ask && (async () => (answer = await ask()))
  const { advertised, fetchWhole } = await remotes()
  const refs = await advertised(url, auth)
  const name = pickBranch(refs.branches.keys(), refs.head, options.branch, url)
  checkBranch(name)
  if (program === undefined) {
    return filled(await temporary(), async (place) => {
      const head = await fetchWhole(url, name, place.dir, answer && auth)
      return new (await withoutGit())(place.dir, head, url, place)
    })
  }
  return filled(await ownGitFolder(program), async (place) => {
    const head = await fetchBranch(place, url, name, answer)
    return new NativeHistory({ place, head, id: url, gitdir: url })
  })
}

async function temporary() {
  const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-source-'))
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) }
}

/** What is made in vain is removed. */
async function filled<T extends AsyncDisposable>(place: T, fill: (place: T) => Promise<History>): Promise<History> {
  try {
    return await fill(place)
  } catch (error) {
    await place[Symbol.asyncDispose]()
    throw error
  }
}
