/** Verifies a source as the command line asks for it. */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { performance } from 'node:perf_hooks'
import { isError, RoundkeeperError } from '../errors.ts'
import { type OpenHistoryOptions, openHistory } from '../repo/open-history.ts'
import { replaceFile } from '../repo/whole-files.ts'
import {
  type Checkpoint,
  checkpointOf,
  parseCheckpoint,
  serialiseCheckpoint,
  type Terms,
} from '../verify/checkpoint.ts'
import { reportOf } from '../verify/report/report.ts'
import type { Report } from '../verify/report/schema.ts'
import { verifySince } from '../verify/resume.ts'
import { type VerifyOptions, verify } from '../verify/verify.ts'
import { ENGINE } from '../version.ts'
import type { OpenEvidence } from './evidence.ts'
import { type EvidenceOptions, type FoundMedia, type FoundStore, mediaOf, storeOf } from './evidence-options.ts'
import { leanHeap } from './lean-heap.ts'
import { StatusLine } from './output.ts'
import { readSigners } from './signers.ts'
import { sourceOf } from './source.ts'

export interface RunOptions extends EvidenceOptions {
  /** A checkpoint's file, or a commit. */
  readonly since?: string
  /** Where to write the next one. */
  readonly checkpoint?: string
  /** File of an auditor's own list. */
  readonly allowedSigners?: string
  readonly branch?: string
  readonly backend?: OpenHistoryOptions['backend']
  readonly jobs?: number
}

/** More do not make it faster: one thread alone reads the history, and keeps in mind what was before. */
const DEFAULT_MOST_JOBS = 4

/** @throws what a source, a checkpoint or a missing object throws; `aborted` */
export async function runVerify(source: string, options: RunOptions, signal: AbortSignal): Promise<Report> {
  const start = performance.now()
  const line = new StatusLine()
  try {
    line.show('opening the history')
    const since = options.since === undefined ? undefined : await sinceOf(options.since)
    const { branch, backend } = options
    const place = await sourceOf(source)
    await using history = await openHistory(place, { ...(branch && { branch }), ...(backend && { backend }) })
    signal.throwIfAborted()
    const store = await storeOf(source, options)
    await using evidence = store && (await evidenceIn(store, await mediaOf(source, options), options, line))
    const pinned = options.allowedSigners === undefined ? undefined : await readSigners(options.allowedSigners)
    const walk: VerifyOptions = {
      signal,
      jobs: options.jobs ?? Math.min(availableParallelism(), DEFAULT_MOST_JOBS),
      progress: progressOn(line),
      allowedSigners: pinned?.signers,
      ...(evidence && { evidence }),
    }
    const terms: Terms = { engine: ENGINE, allowed_signers: pinned?.digest ?? null, evidence: evidence !== undefined }
    const result =
      typeof since === 'object'
        ? await verifySince(history, since, { ...walk, terms })
        : await verify(history, since === undefined ? walk : { ...walk, since })
    const report = await reportOf(result, { engine: ENGINE, seconds: (performance.now() - start) / 1000 })
    if (options.checkpoint !== undefined)
      await keep(options.checkpoint, serialiseCheckpoint(checkpointOf(result, report.competition, terms)))
    return report
  } catch (error) {
    // Programs that read for us are told to stop, too, and fail in their own words.
    if (signal.aborted)
      throw new RoundkeeperError('aborted', 'stopped before the end: nothing was found out', {
        hint: 'Run it again; with --checkpoint, the next run is about what is new only.',
      })
    throw error
  } finally {
    line.clear()
  }
}

/** Loads the programs that draw and judge only when there is something to look at. */
async function evidenceIn(
  store: FoundStore,
  media: FoundMedia | undefined,
  options: EvidenceOptions,
  line: StatusLine,
): Promise<OpenEvidence> {
  const { openEvidence } = await import('./evidence.ts')
  return openEvidence(store, media, options, ({ what, done, total }) => line.show(`${what}: ${done} of ${total}`))
}

const OID = /^[0-9a-f]{40}([0-9a-f]{24})?$/

async function sinceOf(text: string): Promise<Checkpoint | string> {
  if (OID.test(text)) return text
  try {
    return parseCheckpoint(await readFile(text, 'utf8'), text)
  } catch (cause) {
    if (isError(cause)) throw cause
    throw new RoundkeeperError('usage', 'there is no such checkpoint', {
      where: text,
      hint: 'Give --since a file that --checkpoint wrote, or a commit with all of its 40 digits; leave it out the first time.',
      cause,
    })
  }
}

async function keep(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, text, `${path}.${process.pid}.tmp`)
  } catch (cause) {
    throw new RoundkeeperError('usage', 'the checkpoint cannot be written', {
      where: path,
      hint: 'Name a file in a folder that you may write to.',
      cause,
    })
  }
}

const REFRESH_MS = 100

function progressOn(line: StatusLine): (done: number, total: number) => void {
  const start = performance.now()
  const tendHeap = leanHeap()
  let shown = 0
  return (done, total) => {
    const now = performance.now()
    if (now - shown < REFRESH_MS && done < total) return
    shown = now
    tendHeap()
    const rate = Math.round((1000 * done) / Math.max(1, now - start))
    line.show(`${done} of ${total} commits, ${rate} a second`)
  }
}
