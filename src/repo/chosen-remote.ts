/** A remote repository by whatever suits it: chosen when it is first asked for something, and remembered for a week. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isError, RoundkeeperError } from '../errors.ts'
import {
  ASKED_FOR,
  bySize,
  type GitChoice,
  type GitSetting,
  MANY_FILES,
  measuredIn,
  NO_PROGRAM,
  noteIn,
} from './git-choice.ts'
import { findGit, type GitProgram } from './git-program.ts'
import { parseAddress } from './remote-address.ts'
import { RemoteRepo, type RemoteRepoOptions } from './remote-repo.ts'
import type { ChangeSet, CommitInfo, Signature, StateRepo } from './state-repo.ts'

export interface ChosenRemoteOptions extends Pick<RemoteRepoOptions, 'branch' | 'credentials'> {
  readonly setting: GitSetting
  /** A folder for the caches of this repository. */
  readonly cacheDir: string
  readonly now: () => Date
  /** From so many files on it counts as large. */
  readonly manyFiles?: number
}

export class ChosenRemote implements StateRepo {
  readonly id: string
  readonly #url: string
  readonly #options: ChosenRemoteOptions
  #chosen: Promise<{ repo: RemoteRepo; choice: GitChoice }> | undefined

  /** Does not ask the remote yet. @throws `usage` when it is not an http(s) URL */
  constructor(url: string, options: ChosenRemoteOptions) {
    this.id = parseAddress(url).url
    this.#url = url
    this.#options = options
  }

  async choice(): Promise<GitChoice> {
    return (await this.#get()).choice
  }

  async head(): Promise<string> {
    return (await this.#get()).repo.head()
  }

  async read(head: string, path: string): Promise<Uint8Array | undefined> {
    return (await this.#get()).repo.read(head, path)
  }

  async list(head: string, folder: string): Promise<string[]> {
    return (await this.#get()).repo.list(head, folder)
  }

  async changes(base: string, head: string): Promise<string[]> {
    return (await this.#get()).repo.changes(base, head)
  }

  async *log(head: string): AsyncGenerator<CommitInfo> {
    yield* (await this.#get()).repo.log(head)
  }

  async commit(base: string, change: ChangeSet, by: Signature): Promise<string> {
    return (await this.#get()).repo.commit(base, change, by)
  }

  #get() {
    this.#chosen ??= this.#choose().catch((error: unknown) => {
      this.#chosen = undefined
      throw error
    })
    return this.#chosen
  }

  async #choose(): Promise<{ repo: RemoteRepo; choice: GitChoice }> {
    const { setting, cacheDir, now } = this.#options
    if (setting === 'isomorphic') return this.#open(ASKED_FOR('isomorphic'))
    const program = await findGit()
    if (setting === 'native') {
      if (program !== undefined) return this.#open(ASKED_FOR('native'), program)
      throw new RoundkeeperError('usage', NO_PROGRAM.reason, {
        where: 'roundkeeper.json: git',
        hint: 'Install git, or take "git": "native" out.',
      })
    }
    if (program === undefined) return this.#open(NO_PROGRAM)
    const note = join(cacheDir, 'git.json')
    const known = await measuredIn(note, now())
    if (known !== undefined) return this.#open(this.#bySize(known), program)
    const native = await this.#open(ASKED_FOR('native'), program)
    try {
      const files = await native.repo.countFiles(await native.repo.head())
      await mkdir(cacheDir, { recursive: true })
      await noteIn(note, files, now())
      const choice = this.#bySize(files)
      if (choice.backend === 'native') return { ...native, choice }
      await rm(this.#folder('native'), { recursive: true, force: true })
      return this.#open(choice)
    } catch (error) {
      // Whoever is not there, or does not let us in, does so by any other way too.
      if (!isError(error) || error.code !== 'unavailable') throw error
      return this.#open({ backend: 'isomorphic', reason: `the git program could not measure it (${error.message})` })
    }
  }

  #bySize(files: number): GitChoice {
    return bySize(files, this.#options.manyFiles ?? MANY_FILES)
  }

  async #open(choice: GitChoice, program?: GitProgram): Promise<{ repo: RemoteRepo; choice: GitChoice }> {
    const { branch, credentials } = this.#options
    const { backend } = choice
    const native = backend === 'native' ? program : undefined
    const cacheDir = this.#folder(backend)
    return { choice, repo: await RemoteRepo.open(this.#url, { branch, credentials, cacheDir, program: native }) }
  }

  #folder = (backend: GitChoice['backend']) =>
    join(this.#options.cacheDir, backend === 'native' ? 'partial.git' : 'repo.git')
}
