/** What a competition's record says of one hotkey in one round. */

import type { GenerationAudit } from '../state/audits.ts'
import type { Build } from '../state/builds.ts'
import { files } from '../state/files.ts'
import type { Outputs } from '../state/outputs.ts'
import type { RevealRecord } from '../state/reveals.ts'
import { LEADER } from '../state/winner.ts'
import { type Documents, findDocument } from './documents.ts'

export interface OnRecord {
  readonly round: number
  /** Whether who takes part is decided. */
  readonly closed: boolean
  /** Undefined where nothing was revealed, or under old rules, which keep no such record. */
  readonly reveal: RevealRecord | undefined
  readonly entered: boolean
  readonly build: Build | undefined
  readonly downloads: Downloads | undefined
  readonly audit: GenerationAudit | undefined
  readonly result: 'won' | 'lost' | 'void' | undefined
}

export interface Downloads {
  readonly models: number
  readonly expected: number
  /** By prompt, why there is no model or no preview. */
  readonly failures: Readonly<Record<string, string>>
}

/** @throws `unavailable`, `state-file` */
export async function recordOf(documents: Documents, round: number, hotkey: string): Promise<OnRecord> {
  const reveals = await findDocument(documents, files.reveals, round)
  const submissions = await findDocument(documents, files.submissions, round)
  const entered = submissions !== undefined && Object.hasOwn(submissions, hotkey)
  const nothing = { build: undefined, downloads: undefined, audit: undefined, result: undefined }
  return {
    round,
    closed: reveals !== undefined || submissions !== undefined,
    reveal: reveals?.hotkeys.find((record) => record.hotkey === hotkey),
    entered,
    ...(entered ? await progressOf(documents, round, hotkey) : nothing),
  }
}

async function progressOf(documents: Documents, round: number, hotkey: string) {
  const builds = await findDocument(documents, files.builds, round)
  const submitted = await findDocument(documents, files.submitted, round, hotkey)
  const audits = await findDocument(documents, files.generationAudits, round)
  const winner = await findDocument(documents, files.winner, round)
  return {
    build: own(builds, hotkey),
    downloads: submitted && downloadsOf(submitted),
    audit: own(audits, hotkey),
    result: winner && (winner.void !== undefined ? 'void' : winner.winner_hotkey === hotkey ? 'won' : 'lost'),
  } as const
}

function downloadsOf(submitted: Outputs): Downloads {
  const all = Object.entries(submitted)
  const failed = all.filter(([, output]) => output.failure !== undefined || output.glb === null)
  const failures = failed.map(([stem, output]) => [stem, output.failure ?? 'no model was found'])
  return {
    models: all.filter(([, output]) => output.glb !== null).length,
    expected: all.length,
    failures: Object.fromEntries(failures),
  }
}

const own = <T>(map: Readonly<Record<string, T>> | undefined, hotkey: string): T | undefined =>
  map !== undefined && hotkey !== LEADER && Object.hasOwn(map, hotkey) ? map[hotkey] : undefined
