/** One question that the judge was asked besides a match: its verdict like any other, and the picture that was changed for it. */
import type { JudgeCheck } from '../../state/judge-checks.ts'
import type { Output } from '../../state/outputs.ts'
import { type DuelQuestion, examineDuel, objectsOf as ofDuel } from './duels.ts'
import { factOf } from './facts.ts'
import { type Kit, MAX_PICTURE_BYTES } from './kit.ts'
import { type NamedObject, previewOf } from './named.ts'
import type { Problem } from './problem.ts'

export interface CheckQuestion {
  readonly check: JudgeCheck
  /** Id of the judge, and of whatever made changed copies, as recorded. */
  readonly judge: string
  readonly pictures: string | undefined
  readonly seed: number
  /** What a canary is made of. */
  readonly original: Output | undefined
}

export const objectsOf = (question: CheckQuestion): NamedObject[] =>
  [...ofDuel(duelOf(question)), copyOf(question.check)].filter((each) => each !== undefined)

export async function examineCheck(kit: Kit, question: CheckQuestion): Promise<Problem[]> {
  const problems = await examineDuel(kit, duelOf(question))
  const copy = copyOf(question.check)
  if (copy === undefined || question.pictures !== kit.ports.canaryPictures.id) return problems
  return [...problems, ...(await madeAgain(kit, question, copy))]
}

/** The copy follows from the recorded preview: nobody can ease a canary, or make one that cannot be answered. */
async function madeAgain(
  { ports, facts, objects }: Kit,
  { check: { name, kind }, original }: CheckQuestion,
  copy: NamedObject,
): Promise<Problem[]> {
  const preview = original && previewOf(name, original)
  if (preview === undefined || kind === 'itself' || kind === 'retest') return []
  const about = { kind, of: preview.sha256, copy: copy.sha256 }
  const fact = factOf({ canary: about, by: ports.canaryPictures.id, store: ports.source.id })
  if (facts.has(fact)) return []
  const [held, shown] = [await objects.read(preview, MAX_PICTURE_BYTES), await objects.read(copy, MAX_PICTURE_BYTES)]
  const missing = [held, shown].flatMap((each) => ('problem' in each ? each.problem : []))
  if ('problem' in held || 'problem' in shown) return missing
  const again = await ports.canaryPictures.change(held.bytes, kind)
  if ((await ports.pixelsOf(again)) !== (await ports.pixelsOf(shown.bytes).catch(() => ''))) {
    return [{ code: 'evidence/canary', text: `the ${kind} copy of the preview of ${name} is another picture` }]
  }
  await facts.add(fact)
  return []
}

const copyOf = ({ name, kind, changed, ...check }: JudgeCheck): NamedObject | undefined =>
  changed === undefined
    ? undefined
    : { sha256: check[`${changed}_png_sha256`], extension: 'png', what: `the ${kind} copy of the preview of ${name}` }

function duelOf({ check, judge, seed }: CheckQuestion): DuelQuestion {
  const { name, prompt, winner, issues, transcript, prompt_sha256, pair, void: cause } = check
  const none = { left_glb: null, left_png: null, right_glb: null, right_png: null }
  const duel = { name, prompt, ...none, winner, issues, transcript, prompt_sha256, pair, void: cause }
  const side = (sha256: string): Output => ({ ...UNKNOWN, png_sha256: sha256 })
  return { duel, judge, seed, left: side(check.left_png_sha256), right: side(check.right_png_sha256) }
}

/** Only its picture matters. */
const UNKNOWN: Output = { glb: null, png: null, generation_time: 0, size: 0, attempts: 0, distance: 0 }
