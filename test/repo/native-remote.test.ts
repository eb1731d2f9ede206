import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { findGit } from '../../src/repo/git-program.ts'
import { RemoteRepo } from '../../src/repo/remote-repo.ts'
import { type GitHttpOptions, startGitHttpServer } from '../support/git-http-server.ts'
import { initialFiles, stateRepoContract } from './contract.ts'
import { by, changeOf, git, gitIsMissing, temporaryFolder } from './support.ts'

const missing = await gitIsMissing()
const program = await findGit()
const auth = { username: 'judge', password: 'secret' }

/** @param filters whether the server knows partial clones */
async function fixtureOf(server: GitHttpOptions = {}, credentials?: () => typeof auth, filters = true) {
  const folder = await temporaryFolder()
  const gitdir = join(folder.path, 'competition.git')
  await BareRepo.create(gitdir, { branch: 'main', files: changeOf(initialFiles).files, message: 'Begin', by })
  await git(gitdir, 'config', 'uploadpack.allowFilter', String(filters))
  const http = await startGitHttpServer(folder.path, server)
  const url = `${http.url}/competition.git`
  const freshCache = () => mkdtemp(join(folder.path, 'cache-'))
  const open = async (cacheDir?: string) =>
    RemoteRepo.open(url, { branch: 'main', cacheDir: cacheDir ?? (await freshCache()), credentials, program })
  return {
    ...{ gitdir, url, requests: http.requests, freshCache, open: () => open(), openIn: open },
    [Symbol.asyncDispose]: async () => {
      await http[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

stateRepoContract('RemoteRepo by the git program', () => fixtureOf({ auth }, () => auth))
