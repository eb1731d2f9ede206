/** What became of each prompt in the audit of one's own image, and what to do about it. Pure. */
import type { AuditLimits } from '../rules/audit.ts'
import type { Output } from '../state/outputs.ts'
import type { Rehearsed } from './rehearsal.ts'

/** The first two are lost before any audit; `not-asked`: the audit ended before it came to it. */
export type PromptState =
  | 'not-submitted'
  | 'submitted-refused'
  | 'same'
  | 'differs'
  | 'too-slow'
  | 'no-model'
  | 'not-drawn'
  | 'not-asked'

export interface PromptLine {
  readonly stem: string
  readonly state: PromptState
  /** Of the last byte; null where there is no model. */
  readonly seconds: number | null
  /** Between the previews; null where it was not measured. */
  readonly distance: number | null
  readonly attempts: number
  readonly detail: string
  readonly submitted?: Output | undefined
  readonly generated?: Output | undefined
}

/** What a person can do about it; the others speak for themselves. */
export const REMEDIES: Readonly<Partial<Record<PromptState, string>>> = {
  'not-submitted': 'Generate and upload it: a prompt without a model is a lost duel.',
  'submitted-refused': 'It would not be taken: `roundkeeper media check` says why, and what to do.',
  differs:
    'Submit what the image itself makes with the seed of the round: pin every version, seed every random number, and look for what depends on time, order or hardware.',
  'too-slow': 'Make it faster, and keep everything in memory that is the same for each prompt.',
  'no-model': 'See what the image answered: it has to answer every picture within the limit.',
  'not-drawn': 'Its model would not be taken: keep it, and ask `roundkeeper media check`.',
}

export function linesOf({ submitted, generated, limits }: Rehearsed): PromptLine[] {
  return Object.entries(submitted).map(([stem, mine]) => {
    const made = generated[stem]
    const state = stateOf(mine, made, limits)
    const seconds = made?.glb ? made.generation_time : null
    const distance =
      made?.measure !== undefined || state === 'same' || state === 'differs' ? (made?.distance ?? null) : null
    const detail = detailOf(state, mine, made, limits)
    return { stem, state, seconds, distance, attempts: made?.attempts ?? 0, detail, submitted: mine, generated: made }
  })
}

/** By the same order of questions as the verdict. */
function stateOf(mine: Output, made: Output | undefined, limits: AuditLimits): PromptState {
  if (!mine.glb) return 'not-submitted'
  if (!mine.png) return 'submitted-refused'
  if (made === undefined) return 'not-asked'
  if (!made.glb) return 'no-model'
  if (!made.png) return 'not-drawn'
  if (made.generation_time > limits.generationSeconds) return 'too-slow'
  return made.distance > limits.acceptableDistance ? 'differs' : 'same'
}

function detailOf(state: PromptState, mine: Output, made: Output | undefined, limits: AuditLimits): string {
  if (state === 'not-submitted' || state === 'submitted-refused') return mine.failure ?? ''
  if (state === 'no-model' || state === 'not-drawn') return made?.failure ?? ''
  if (state === 'too-slow') return `more than ${limits.generationSeconds} s`
  return state === 'differs' ? `more than ${limits.acceptableDistance} apart` : ''
}
