/** Opens whatever holds a competition, for reading: a URL, a bundle, a bare folder, a clone. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BareRepo } from './bare-repo.ts'
import { branchOfBundle } from './bundle.ts'
import { findGit } from './git-program.ts'
import { ReadOnlyRepo } from './read-only.ts'
import { moveRef } from './refs.ts'
import { type AskCredentials, advertised } from './remote.ts'
import { parseAddress } from './remote-address.ts'
import { RemoteRepo } from './remote-repo.ts'
import { type FolderSource, findSource, pickBranch } from './source.ts'
import { unpackBundle } from './unpack-bundle.ts'

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
  const found = await findSource(source)
  if (found.kind === 'url') return openUrl(found.url, options)
  return found.kind === 'bundle' ? openBundle(found.file, options) : openFolder(found, options)
}

async function openUrl(source: string, { branch, credentials }: OpenOptions): Promise<ReadOnlyRepo> {
  const address = parseAddress(source)
  const auth = credentials ?? address.credentials
  const refs = await advertised(address.url, auth)
  const name = pickBranch(refs.branches.keys(), refs.head, branch, address.url)
  // Of a large repository the contents stay where they are until they are read, where there is a git program.
  const program = await findGit()
  return inTemporaryFolder(address.url, (dir) =>
    RemoteRepo.open(address.url, { branch: name, cacheDir: dir, credentials: auth, program }),
  )
}

async function openBundle(file: string, { branch }: OpenOptions): Promise<ReadOnlyRepo> {
  return inTemporaryFolder(file, async (dir) => {
    const { name, oid } = branchOfBundle(await unpackBundle(file, dir), branch, file)
    await moveRef(dir, `refs/heads/${name}`, undefined, oid)
    return BareRepo.open(dir, { branch: name })
  })
}

async function openFolder(
  { dir, gitdir, branches, head }: FolderSource,
  { branch }: OpenOptions,
): Promise<ReadOnlyRepo> {
  const name = pickBranch(branches.keys(), head, branch, dir)
  return new ReadOnlyRepo(await BareRepo.open(gitdir, { branch: name }), gitdir, dir, async () => {})
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
