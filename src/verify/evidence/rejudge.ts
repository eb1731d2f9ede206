/**
 * Asks a judge again about a sample of what was judged, and says how often it agrees with the record; and about as many
 * duels that were void, since whoever makes lost duels void moves a margin, and no verdict speaks against it.
 */
import type { Records } from '../../engine/records.ts'
import { isError } from '../../errors.ts'
import { rejudgeSample } from '../../rules/rejudge-sample.ts'
import { wilsonInterval } from '../../rules/wilson-interval.ts'
import type { DuelWinner } from '../../state/duels.ts'
import { sideOf } from './duels.ts'
import { judgedDuels, type RecordedDuel, recordedDuel, seedsOf } from './judged-duels.ts'
import { type EvidencePorts, MAX_PICTURE_BYTES } from './kit.ts'
import { Lanes } from './lanes.ts'
import { type NamedObject, previewOf, promptOf } from './named.ts'
import { Objects } from './objects.ts'

/** How often a judge that was asked again said what is on record. */
export interface Agreement {
  readonly asked: number
  readonly agreed: number
  /** 95 %, by Wilson. */
  readonly interval: readonly [low: number, high: number]
}

export interface Disagreement {
  readonly round: number
  readonly path: string
  /** Stem of the prompt. */
  readonly name: string
  /** The judge that decided it, as recorded. */
  readonly judge: string | null
  readonly recorded: DuelWinner
  readonly again: DuelWinner
}

export interface Rejudged extends Agreement {
  /** Who was asked. */
  readonly judge: string
  /** Duels that a judge decided, and how many of them were drawn. */
  readonly judged: number
  readonly drawn: number
  /** Drawn, but not answered: the pictures are not at hand, or the judge gave no verdict, or could not be asked. */
  readonly unanswered: number
  /** Why the judge could not be asked any further; null where it could. */
  readonly failure: string | null
  readonly rounds: readonly (Agreement & { readonly round: number })[]
  /** Duels on record as void, how many of them were asked about again, and how many got a verdict now. */
  readonly voids: { readonly recorded: number; readonly asked: number; readonly answered: number }
  /** Void ones that got a verdict among them. */
  readonly disagreements: readonly Disagreement[]
}

export interface RejudgeOptions extends Pick<EvidencePorts, 'source' | 'judge'> {
  /** How many duels, and at most as many void ones. */
  readonly sample: number
  readonly signal: AbortSignal
  progress?(done: number, total: number): void
}

/** A judge may be a service that others wait for as well. */
const AT_ONCE = 4

type Answer = RecordedDuel & { readonly again: DuelWinner }

/**
 * A judge that cannot be asked takes nothing from the rest of an audit: what it did not answer is counted.
 * @throws `unavailable`, `unauthorised`, `not-found` when the store does not answer; `aborted`
 */
export async function rejudge(records: Records, options: RejudgeOptions): Promise<Rejudged> {
  const { judge, sample, signal } = options
  const seeds = await seedsOf(records)
  const { judged = [], voids = [] } = Object.groupBy(await judgedDuels(records), ({ isVoid }) =>
    isVoid ? 'voids' : 'judged',
  )
  const drawn = rejudgeSample(seeds, judged, sample)
  const drawnVoids = rejudgeSample(seeds, voids, sample)
  const all = [...drawn, ...drawnVoids]
  const objects = new Objects(options.source, signal)
  const lanes = new Lanes(AT_ONCE)
  const [answers, answeredVoids]: [Answer[], Answer[]] = [[], []]
  let done = 0
  let failure: string | null = null
  const asked = { ...options, judge: unlessFailed(judge, (why) => (failure ??= why)) }
  for (const each of all) {
    const duel = await recordedDuel(records, each)
    await lanes.start(async () => {
      const again = duel && (await ask(asked, objects, duel))
      if (duel !== undefined && again !== undefined) (each.isVoid ? answeredVoids : answers).push({ ...duel, again })
      options.progress?.(++done, all.length)
    })
  }
  await lanes.idle()
  const byRound = Map.groupBy(answers, ({ round }) => round)
  return {
    judge: judge.id,
    judged: judged.length,
    drawn: drawn.length,
    unanswered: drawn.length - answers.length,
    failure,
    ...agreementOf(answers),
    rounds: [...byRound].sort(([a], [b]) => a - b).map(([round, ofRound]) => ({ round, ...agreementOf(ofRound) })),
    voids: { recorded: voids.length, asked: drawnVoids.length, answered: answeredVoids.length },
    disagreements: disagreementsOf([...answers, ...answeredVoids]),
  }
}

/** Asks no more after it could not be asked once: it has been patient with its endpoints itself. */
function unlessFailed(
  judge: RejudgeOptions['judge'],
  tell: (why: string) => void,
): Pick<RejudgeOptions['judge'], 'judge'> {
  let failed: string | undefined
  return {
    judge: async (question, signal) => {
      if (failed !== undefined) return { kind: 'void', cause: failed }
      try {
        return await judge.judge(question, signal)
      } catch (error) {
        if (!isError(error, 'unavailable') && !isError(error, 'unauthorised')) throw error
        failed = error.message
        tell(error.message)
        return { kind: 'void', cause: error.message }
      }
    },
  }
}

async function ask(
  { judge, signal }: { readonly judge: Pick<RejudgeOptions['judge'], 'judge'>; readonly signal: AbortSignal },
  objects: Objects,
  { name, duel, seed, left, right }: RecordedDuel,
): Promise<DuelWinner | undefined> {
  signal.throwIfAborted()
  const bytes = async (named: NamedObject | undefined) => {
    const held = named && (await objects.read(named, MAX_PICTURE_BYTES))
    return held && 'bytes' in held ? held.bytes : undefined
  }
  const image = await bytes(promptOf(duel))
  const [png, otherPng] = [await bytes(previewOf(name, left)), await bytes(previewOf(name, right))]
  if (image === undefined || png === undefined || otherPng === undefined) return undefined
  const prompt = { name, url: duel.prompt, image }
  const verdict = await judge.judge({ seed, prompt, left: sideOf(left, png), right: sideOf(right, otherPng) }, signal)
  return verdict.kind === 'decided' ? verdict.winner : undefined
}

function agreementOf(answers: readonly Answer[]): Agreement {
  const agreed = answers.filter(({ duel, again }) => duel.winner === again).length
  return { asked: answers.length, agreed, interval: wilsonInterval(agreed, answers.length) }
}

const disagreementsOf = (answers: readonly Answer[]): Disagreement[] =>
  answers
    .filter(({ duel, again }) => duel.winner !== again)
    .map(({ round, path, name, judge, duel, again }) => ({
      round,
      path,
      name,
      judge: judge ?? null,
      recorded: duel.winner,
      again,
    }))
    .sort((a, b) => a.round - b.round || compareTexts(a.path, b.path) || compareTexts(a.name, b.name))

const compareTexts = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
