/** One duel shown to the judge. What it answered is kept by the pictures that it was shown, and never asked again. */
import type { Context } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import type { Judge, Question, Recall, Side, Verdict } from '../../judge/judge.ts'
import { digestOf, sha256Hex } from '../../rules/digest.ts'
import type { Duel, Output } from '../../state/index.ts'
import { putContent, requireContent } from '../../store/content.ts'
import { recall, remember } from '../../store/evidence.ts'
import type { again } from './again.ts'
import type { JudgingPorts } from './ports.ts'
import { type Prompt, promptImage } from './prompts.ts'

const PREVIEW_LIMITS = { maxBytes: 50 * 2 ** 20, timeoutMs: 60_000 }

export type Answer = Pick<Duel, 'winner' | 'issues' | 'transcript' | 'prompt_sha256' | 'pair' | 'void'>

/** What a duel's answer depends on besides its pictures. */
export type Asked = { readonly seed: number; readonly retest?: number } & ReturnType<typeof again>

type Hands = Pick<Context, 'pool' | 'signal'>

/**
 * @param retry how often the match was left undecided before: what was void each time is asked about once more
 * @returns what the judge decided; or `skipped` with what it said instead, where it gave no verdict
 * @throws `unavailable` when it could not be asked at all, which decides nothing
 */
export async function ask(
  ports: JudgingPorts,
  asked: Asked,
  prompt: Prompt,
  left: Output,
  right: Output,
  hands: Hands,
  retry = 0,
): Promise<Answer> {
  const image = await promptImage(ports, prompt, hands.signal)
  const sides = {
    left: await shownSide(ports, left, hands.signal),
    right: await shownSide(ports, right, hands.signal),
  }
  const question: Question = { seed: asked.seed, prompt: { name: prompt.stem, url: prompt.url, image }, ...sides }
  for (let time = 0; ; time++) {
    const answer = await askOnce(ports, asked, time > 0 ? { ...question, retry: time } : question, hands)
    if (answer.void === undefined || time >= retry) return answer
  }
}

/** @throws as `ask` */
export async function askOnce(
  ports: JudgingPorts,
  asked: Asked,
  question: Question,
  { pool, signal }: Hands,
): Promise<Answer> {
  const { judge, store } = ports
  const { prompt, left, right, retry } = question
  const again = retry === undefined ? {} : { retry }
  const inputs = {
    ...{ judge: judge.id, ...asked },
    ...{ prompt: sha256Hex(prompt.image), left: sha256Hex(left.png), right: sha256Hex(right.png) },
    ...again,
  }
  const about = { name: prompt.name, url: prompt.url }
  const shown = { left: nameOf(left), right: nameOf(right) }
  return pool.gather<Answer>(
    { kind: 'duel', input: { judge: judge.id, asked, prompt: about, ...shown, ...again } },
    {
      find: () => recall(store, 'duel', inputs),
      make: () => remember(store, 'duel', inputs, () => answered(ports, asked, question, signal)),
    },
    signal,
  )
}

/** A side without its picture, which the store holds. */
const nameOf = ({ png, ...side }: Side) => ({ ...side, png_sha256: sha256Hex(png) })

async function answered(
  ports: JudgingPorts,
  { seed: _, ...occasion }: Asked,
  question: Question,
  signal: AbortSignal,
): Promise<Answer> {
  const { judge, store } = ports
  const recall: Recall = (call, answer) => remember(store, 'judge-call', { judge: judge.id, ...occasion, call }, answer)
  const verdict = recordable(await judge.judge(question, signal, recall), judge, question)
  const transcript = new TextEncoder().encode(JSON.stringify(verdict.transcript))
  await putContent(store, transcript, 'json', 'application/json')
  const about = { transcript: digestOf(transcript), prompt_sha256: sha256Hex(question.prompt.image) }
  if (verdict.kind === 'void')
    return { winner: 'skipped', issues: `No verdict: ${verdict.cause}`, ...about, void: verdict.cause }
  const { winner, issues, pair } = verdict
  return { winner, issues, ...about, ...(pair && { pair: [...pair] }) }
}

/** An answer is kept for ever, so one that no record could hold counts as none. */
function recordable(verdict: Verdict, judge: Judge, { prompt }: Question): Verdict {
  if (verdict.kind === 'decided' && ['left', 'right', 'draw'].includes(verdict.winner)) return verdict
  if (verdict.kind === 'void' && verdict.transcript !== undefined) return verdict
  const cause = verdict.kind === 'void' ? verdict.cause : `${JSON.stringify(verdict.winner)} is neither side`
  throw new RoundkeeperError('unavailable', `the judge gave no verdict: ${cause}`, {
    where: `prompt ${prompt.name}, judge ${judge.id}`,
    hint: 'Nobody loses by this: check the judge and run again; answered duels are not asked again.',
  })
}

/** Previews of our own are read by their digest; older records only have an address. */
export async function shownSide(ports: JudgingPorts, output: Output, signal: AbortSignal): Promise<Side> {
  const about = {
    modelSha256: output.glb_sha256 ?? '',
    modelUrl: output.glb ?? '',
    ...(output.png === null ? {} : { pngUrl: output.png }),
  }
  if (output.png_sha256 !== undefined)
    return { ...about, png: await requireContent(ports.store, output.png_sha256, 'png') }
  const result = await ports.downloader.fetch(output.png ?? '', PREVIEW_LIMITS, signal)
  if (result.ok) return { ...about, png: result.bytes }
  throw new RoundkeeperError('unavailable', `a preview cannot be fetched: ${result.detail}`, {
    where: output.png ?? '',
  })
}
