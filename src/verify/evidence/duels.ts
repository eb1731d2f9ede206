/** One recorded verdict against what the judge was shown and what it answered. */
import { isDeepStrictEqual } from 'node:util'
import { isError } from '../../errors.ts'
import type { Question, Side } from '../../judge/judge.ts'
import { type Reduction, reducerOf } from '../../judge/reduce.ts'
import type { Duel } from '../../state/duels.ts'
import type { Output } from '../../state/outputs.ts'
import { factOf } from './facts.ts'
import { type Kit, MAX_PICTURE_BYTES, MAX_TRANSCRIPT_BYTES } from './kit.ts'
import { type NamedObject, previewOf, promptOf, transcriptOf } from './named.ts'
import type { Problem } from './problem.ts'

export interface DuelQuestion {
  readonly duel: Duel
  /** Id of the judge, as recorded. */
  readonly judge: string | undefined
  readonly seed: number
  /** What both sides had on record for the prompt. */
  readonly left: Output | undefined
  readonly right: Output | undefined
}

/**
 * Two decoders of the same JPEG may differ in a bit, and a distance by the last of its four decimals. What the pictures
 * themselves were is settled by their digests.
 */
const SAME_MEASURE = 0.0002

export const objectsOf = ({ duel }: DuelQuestion): NamedObject[] =>
  [transcriptOf(duel), promptOf(duel)].filter((each) => each !== undefined)

export async function examineDuel(kit: Kit, question: DuelQuestion): Promise<Problem[]> {
  const { duel, judge, seed, left, right } = question
  if (duel.transcript === undefined) return []
  kit.verdicts.recorded += 1
  const pictures = { left: left?.png_sha256 ?? null, right: right?.png_sha256 ?? null }
  const fact = factOf({
    duel,
    seed,
    judge: judge ?? null,
    ...pictures,
    store: kit.ports.source.id,
    again: kit.ports.judge.id,
  })
  if (kit.facts.has(fact)) {
    for (const each of objectsOf(question)) kit.objects.know(each)
    kit.verdicts.checked += 1
    kit.verdicts.equal += 1
    return []
  }
  const problems = await lookAt(kit, question)
  if (problems.length === 0) await kit.facts.add(fact)
  return problems
}

async function lookAt(kit: Kit, question: DuelQuestion): Promise<Problem[]> {
  const { duel, judge, left, right } = question
  const { name } = duel
  const transcript = await kit.objects.read(transcriptOf(duel) as NamedObject, MAX_TRANSCRIPT_BYTES)
  const shown = {
    prompt: await read(kit, promptOf(duel)),
    left: await read(kit, left && previewOf(name, left)),
    right: await read(kit, right && previewOf(name, right)),
  }
  const problems = [transcript, ...Object.values(shown)].flatMap((held) =>
    held && 'problem' in held ? held.problem : [],
  )
  if ('problem' in transcript) return problems
  const reduce = reducerOf(judge ?? '')
  if (reduce === undefined) {
    kit.verdicts.believed += 1
    const who = judge === undefined ? 'a judge that is not named' : `"${judge}", whose answers cannot be read here`
    return [...problems, { code: 'evidence/judge', text: `that on ${name} is by ${who}` }]
  }
  const wrong = await contradiction(kit, question, () => reduce(jsonOf(transcript.bytes)), shown)
  kit.verdicts.checked += 1
  if (wrong === undefined) kit.verdicts.equal += 1
  return wrong === undefined ? problems : [...problems, { code: 'evidence/verdict', text: wrong }]
}

type Shown = Awaited<ReturnType<typeof read>>

async function read({ objects }: Kit, named: NamedObject | undefined) {
  return named === undefined ? undefined : objects.read(named, MAX_PICTURE_BYTES)
}

/** @returns what is wrong with a verdict, if something is */
async function contradiction(
  kit: Kit,
  question: DuelQuestion,
  reduced: () => Reduction,
  shown: Readonly<Record<keyof Reduction['pictures'], Shown>>,
): Promise<string | undefined> {
  const { duel, seed, left, right } = question
  let reduction: Reduction
  try {
    reduction = reduced()
  } catch (error) {
    if (!isError(error, 'refused')) throw error
    return `the recorded answers on ${duel.name} are not such as this judge gives (${error.message})`
  }
  const recorded = { prompt: duel.prompt_sha256, left: left?.png_sha256, right: right?.png_sha256 }
  for (const side of ['prompt', 'left', 'right'] as const) {
    if (recorded[side] === reduction.pictures[side]) continue
    const picture = side === 'prompt' ? 'prompt image' : `preview on the ${side}`
    return `the judge's answers on ${duel.name} are about another ${picture} than the recorded one`
  }
  if (reduction.seed !== undefined && reduction.seed !== seed)
    return `the judge was asked about ${duel.name} with the seed ${reduction.seed}, not with that of the round`
  if (reduction.winner !== duel.winner) {
    return `${duel.name} was recorded as ${said(duel.winner)}, and the judge's answers say ${said(reduction.winner)}`
  }
  if (!isDeepStrictEqual([duel.pair, duel.void], [reduction.pair, reduction.void]))
    return `of ${duel.name} another pair of outcomes or another cause is recorded than the judge's answers give`
  return askAgain(kit, question, reduction, shown)
}

/** A judge whose answers follow from the pictures alone has to give them again. */
async function askAgain(
  { ports, signal }: Kit,
  { duel, judge, seed, left, right }: DuelQuestion,
  reduction: Reduction,
  shown: Readonly<Record<keyof Reduction['pictures'], Shown>>,
): Promise<string | undefined> {
  const again = ports.judge
  if (!again.deterministic || again.id !== judge) return undefined
  const [prompt, png, otherPng] = [shown.prompt, shown.left, shown.right].map((each) =>
    each && 'bytes' in each ? each.bytes : undefined,
  )
  if (prompt === undefined || png === undefined || otherPng === undefined) return undefined
  const question: Question = {
    seed,
    prompt: { name: duel.name, url: duel.prompt, image: prompt },
    left: sideOf(left, png),
    right: sideOf(right, otherPng),
  }
  const verdict = await again.judge(question, signal)
  if (verdict.kind === 'void') return `asked again about ${duel.name}, the judge cannot answer: ${verdict.cause}`
  const measured = reducerOf(again.id)?.(JSON.parse(JSON.stringify(verdict.transcript))).measured ?? {}
  for (const [what, value] of Object.entries(measured)) {
    const recorded = reduction.measured[what] ?? Number.NaN
    if (Math.abs(recorded - value) <= SAME_MEASURE) continue
    return `the judge measures ${value} for ${what} of ${duel.name}, and not the recorded ${recorded}`
  }
  return undefined
}

export const sideOf = (output: Output | undefined, png: Uint8Array): Side => ({
  modelSha256: output?.glb_sha256 ?? '',
  modelUrl: output?.glb ?? '',
  png,
})

const said = (winner: Duel['winner']) => (winner === 'left' || winner === 'right' ? `won by the ${winner}` : winner)

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
