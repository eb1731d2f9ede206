/** Opens whatever holds a competition, for reading: a URL, a bundle, a bare folder, a clone. */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import { BareRepo, isGitFolder } from './bare-repo.ts'
import { unpackBundle } from './bundle.ts'
import { ReadOnlyRepo } from './read-only.ts'
import { headBranch, moveRef, readBranches } from './refs.ts'
import { type AskCredentials, advertised } from './remote.ts'
import { parseAddress, RemoteRepo } from './remote-repo.ts'

export interface OpenOptions {
  /** `main`, else the one that HEAD names, else the only one. */
  readonly branch?: string
  readonly credentials?: AskCredentials
}

/**
 * The source to read; dispose of it to remove temporary files.
 * @throws `not-found`, `refused` (a bundle that cannot be read), `unauthorised`, `unavailable`
 */
export async function openSource(source: string, options: OpenOptions = {}): Promise<ReadOnlyRepo> {
  if (/^https?:\/\//i.test(source)) return openUrl(source, options)
  const path = resolve(source)
  const found = await stat(path).catch(() => undefined)
  if (found?.isFile()) return openBundle(path, options)
  if (found?.isDirectory()) return openFolder(path, options)
  throw new RoundkeeperError('not-found', `there is nothing at ${path}`, {
    where: path,
    hint: 'Give an http(s) URL, a git bundle, or the folder of a repository.',
  })
}

async function openUrl(source: string, { branch, credentials }: OpenOptions): Promise<ReadOnlyRepo> {
  const address = parseAddress(source)
  const auth = credentials ?? address.credentials
  const refs = await advertised(address.url, auth)
  const name = pickBranch(refs.branches.keys(), refs.head, branch, address.url)
  return inTemporaryFolder(address.url, (dir) =>
    RemoteRepo.open(address.url, { branch: name, cacheDir: dir, credentials: auth }),
  )
}

async function openBundle(file: string, { branch }: OpenOptions): Promise<ReadOnlyRepo> {
  return inTemporaryFolder(file, async (dir) => {
    const { branches, head } = await unpackBundle(file, dir)
    const named = [...branches].find(([, oid]) => oid === head)?.[0]
    // a bundle of a detached HEAD has no branch at all
    const refs = branches.size === 0 && head !== undefined ? new Map([['HEAD', head]]) : branches
    const name = pickBranch(refs.keys(), named, branch, file)
    await moveRef(dir, `refs/heads/${name}`, undefined, refs.get(name) ?? '')
    return BareRepo.open(dir, { branch: name })
  })
}

async function openFolder(dir: string, { branch }: OpenOptions): Promise<ReadOnlyRepo> {
  const gitdir = (await isGitFolder(join(dir, '.git'))) ? join(dir, '.git') : dir
  if (!(await isGitFolder(gitdir))) await BareRepo.open(gitdir, { branch: 'main' }) // for its error
  const name = pickBranch((await readBranches(gitdir)).keys(), await headBranch(gitdir), branch, dir)
  return new ReadOnlyRepo(await BareRepo.open(gitdir, { branch: name }), gitdir, dir, async () => {})
}

function pickBranch(
  names: Iterable<string>,
  head: string | undefined,
  wanted: string | undefined,
  where: string,
): string {
  const all = [...names]
  const only = all.length === 1 ? all[0] : undefined
  const name = wanted ?? [...(all.includes('main') ? ['main'] : []), head, only].find((one) => one !== undefined)
  if (name !== undefined && all.includes(name)) return name
  throw new RoundkeeperError('not-found', `there is no branch ${name ?? 'to choose by itself'}`, {
    where,
    hint: all.length === 0 ? 'The repository is empty.' : `Choose one of: ${all.slice(0, 20).join(', ')}`,
  })
}

async function inTemporaryFolder(id: string, open: (dir: string) => Promise<BareRepo | RemoteRepo>) {
  const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-source-'))
  const close = () => rm(dir, { recursive: true, force: true })
  try {
    return new ReadOnlyRepo(await open(dir), dir, id, close)
  } catch (error) {
    await close()
    throw error
  }
}
