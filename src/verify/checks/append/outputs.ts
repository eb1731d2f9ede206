/** What miners uploaded is recorded once; what their code makes may be tried again until it has been judged. */

import { files } from '../../../state/files.ts'
import type { Output, Outputs } from '../../../state/outputs.ts'
import { LEADER } from '../../../state/winner.ts'
import { counted, promptName, who } from '../words.ts'
import { type Change, entryChanges, fieldChanges, type Scene } from './changes.ts'

type Changed = ReturnType<typeof entryChanges<Output>>

export function submittedChanges(
  before: Outputs,
  after: Outputs | undefined,
  { round, state }: Scene,
  hotkey: string,
): Change[] {
  const changed = entryChanges<Output>(before, after ?? {})
  if (changed.length === 0) return []
  const what = `Round ${round}: of the models fetched from ${who(hotkey)}, ${tally(changed)} after being recorded`
  const late = state?.stage === 'downloading' ? {} : ({ severity: 'error' } as const)
  return [{ code: 'append-only/submitted', message: `${what} (${example(changed)}).`, ...late }]
}

export async function generatedChanges(
  before: Outputs,
  after: Outputs | undefined,
  scene: Scene,
  subject: string,
): Promise<Change[]> {
  const changed = entryChanges<Output>(before, after ?? {})
  if (changed.length === 0) return []
  const { round } = scene
  const of = subject === LEADER ? 'the leader’s models' : `the models that the code of ${who(subject)} made`
  const judged = await judgement(scene, subject)
  if (judged !== undefined) {
    const message = `Round ${round}: of ${of}, ${tally(changed)} after ${judged} (${example(changed)}).`
    return [{ code: 'append-only/generated', message }]
  }
  const uncounted = changed.filter(({ old, now }) => now === undefined || now.attempts <= old.attempts)
  if (uncounted.length === 0) return []
  const message = `Round ${round}: of ${of}, ${tally(uncounted)} without a further attempt being counted (${example(uncounted)}).`
  return [{ code: 'append-only/attempt', message }]
}

/** Answered once, before anything else is asked of the image. */
export function unseenChanges(before: Outputs, after: Outputs | undefined, { round }: Scene, hotkey: string): Change[] {
  const changed = entryChanges<Output>(before, after ?? {})
  const added = Object.keys(after ?? {}).filter((stem) => !Object.hasOwn(before, stem))
  if (changed.length === 0 && added.length === 0) return []
  const what = [changed.length > 0 && tally(changed), added.length > 0 && `${added.length} were added`]
  const of = `the answers of ${who(hotkey)} to unseen prompts`
  const message = `Round ${round}: of ${of}, ${what.filter(Boolean).join(' and ')} after being recorded.`
  return [{ code: 'append-only/generated', message }]
}

/** What was decided by these outputs already; undefined when nothing was. */
async function judgement({ before, round }: Scene, subject: string): Promise<string | undefined> {
  if (subject === LEADER) {
    const rows = (await before.find(files.matrix, round)) ?? []
    const matches = rows.filter(({ left }) => left === LEADER).length
    return matches === 0 ? undefined : `${counted(matches, 'match', 'matches')} had been judged by them`
  }
  const outcome = (await before.find(files.generationAudits, round))?.[subject]?.outcome ?? 'pending'
  return outcome === 'pending' ? undefined : `its audit had ${outcome === 'passed' ? 'passed' : 'been rejected'}`
}

function tally(changed: Changed): string {
  const removed = changed.filter(({ now }) => now === undefined).length
  const kept = changed.length - removed
  const parts = [kept > 0 && `${kept} ${were(kept)} changed`, removed > 0 && `${removed} ${were(removed)} removed`]
  return parts.filter(Boolean).join(' and ')
}

const were = (count: number) => (count === 1 ? 'was' : 'were')

/** The first of them, in words. */
function example([first]: Changed): string {
  if (first === undefined) return ''
  const { key, old, now } = first
  if (now === undefined) return `${promptName(key)}: ${inWords(old)}`
  const [was, is] = [inWords(old), inWords(now)]
  return `${promptName(key)}: ${was === is ? fieldChanges(old, now).slice(0, 2).join(', ') : `${was} became ${is}`}`
}

type Made = Pick<Output, 'glb' | 'size' | 'generation_time'>

/** `50632776 bytes after 260.95 s` */
export function inWords({ glb, size, generation_time: seconds }: Made): string {
  if (glb === null) return 'no model'
  return seconds === 0 ? `${size} bytes` : `${size} bytes after ${Number(seconds.toFixed(2))} s`
}
