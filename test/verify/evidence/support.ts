import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Snapshot } from '../../../src/engine/snapshot.ts'
import { OfflineJudge } from '../../../src/judge/offline-judge.ts'
import { ClassicalDistance, promptDistance } from '../../../src/media/classical-distance.ts'
import { CpuRenderer } from '../../../src/media/cpu-renderer.ts'
import { PixelCanaryPictures } from '../../../src/media/pixel-canary-pictures.ts'
import { pixelsOf } from '../../../src/media/pixels-of.ts'
import { BareRepo } from '../../../src/repo/bare-repo.ts'
import { openHistory } from '../../../src/repo/open-history.ts'
import type { StateFile } from '../../../src/state/state-file.ts'
import { contentKey } from '../../../src/store/content.ts'
import { FolderSource } from '../../../src/store/source/folder-source.ts'
import type { ObjectSource, ReadLimits } from '../../../src/store/source/object-source.ts'
import type { EvidenceRequest } from '../../../src/verify/evidence/index.ts'
import { type Verification, type VerifyOptions, verify } from '../../../src/verify/verify.ts'
import type { SmallDemo } from '../../support/small-demo.ts'

export const offlineJudge = new OfflineJudge({ distance: promptDistance })

export const requestOn = (source: ObjectSource, changes: Partial<EvidenceRequest> = {}): EvidenceRequest => ({
  source,
  renderer: new CpuRenderer(),
  distance: new ClassicalDistance(),
  judge: offlineJudge,
  canaryPictures: new PixelCanaryPictures(),
  pixelsOf,
  ...changes,
})

/** Looks at the evidence, and at nothing else. */
export async function lookedAt(
  repo: string,
  request: EvidenceRequest,
  options: Pick<VerifyOptions, 'signal' | 'since'> = {},
): Promise<Verification> {
  await using history = await openHistory(repo)
  return await verify(history, { checks: [], evidence: request, ...options })
}

/** `code commit path`, for all that was found. */
export const placesOf = ({ findings }: Pick<Verification, 'findings'>) =>
  findings.map(({ code, commit, path }) => `${code} ${commit} ${path}`)

/** A copy of a demo that can be tampered with. */
export class Copy implements AsyncDisposable {
  readonly dir: string
  readonly repo: string
  readonly store: string

  private constructor(dir: string) {
    this.dir = dir
    this.repo = join(dir, 'state.git')
    this.store = join(dir, 'store')
  }

  static async of(demo: SmallDemo): Promise<Copy> {
    const copy = new Copy(await mkdtemp(join(tmpdir(), 'roundkeeper-evidence-')))
    await cp(demo.repo, copy.repo, { recursive: true })
    await cp(demo.store, copy.store, { recursive: true })
    return copy
  }

  async look(changes: Partial<EvidenceRequest> = {}): Promise<Verification> {
    return lookedAt(this.repo, requestOn(await FolderSource.open(this.store), changes))
  }

  async records(): Promise<Snapshot> {
    const repo = await BareRepo.open(this.repo, { branch: 'main' })
    return new Snapshot(repo, await repo.head())
  }

  /** Commits another version of a file. @returns the commit */
  async edit<T, A extends readonly (string | number)[]>(
    file: StateFile<T, A>,
    args: A,
    change: (value: T) => T,
  ): Promise<string> {
    const repo = await BareRepo.open(this.repo, { branch: 'main' })
    const head = await repo.head()
    const value = change(structuredClone(await new Snapshot(repo, head).read(file, ...args)))
    const by = { name: 'Mallory', email: 'mallory@example.test', at: new Date('2026-02-01T00:00:00Z') }
    const files = new Map([[file.path(...args), file.serialise(value)]])
    return repo.commit(head, { files, message: 'Nothing to see here', trailers: {} }, by)
  }

  pathOf(sha256: string, extension: string): string {
    return join(this.store, contentKey(sha256, extension))
  }

  async replace(sha256: string, extension: string, bytes: Uint8Array): Promise<void> {
    await writeFile(this.pathOf(sha256, extension), bytes)
  }

  async remove(sha256: string, extension: string): Promise<void> {
    await rm(this.pathOf(sha256, extension))
  }

  /** @returns the digest of what is put there */
  async put(bytes: Uint8Array, extension: string): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    await mkdir(dirname(this.pathOf(sha256, extension)), { recursive: true })
    await writeFile(this.pathOf(sha256, extension), bytes)
    return sha256
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.dir, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** Counts what is asked for, and may meddle with it. */
export class WatchedSource implements ObjectSource {
  readonly id: string
  readonly asked: string[] = []
  readonly #source: ObjectSource
  readonly #meddle: (key: string, asked: number) => void

  constructor(source: ObjectSource, meddle: (key: string, asked: number) => void = () => {}) {
    this.id = source.id
    this.#source = source
    this.#meddle = meddle
  }

  async get(key: string, limits: ReadLimits): Promise<Uint8Array | undefined> {
    this.asked.push(key)
    this.#meddle(key, this.asked.length)
    return this.#source.get(key, limits)
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
