/** Questions with a known answer among those of a match, and some of its duels once more: asked as any other. */
import type { Context } from '../../engine/owner.ts'
import { RoundkeeperError } from '../../errors.ts'
import type { CanaryPictures } from '../../media/canary-pictures.ts'
import { type Canary, canariesDue, type MatchDraw, retestsDue } from '../../rules/canaries.ts'
import { sha256Hex } from '../../rules/digest.ts'
import { hasCard } from '../../rules/judge-card.ts'
import type { Duel, JudgeCheck, Output } from '../../state/index.ts'
import type { Judging } from '../../state/judging.ts'
import { contentKey, putContent } from '../../store/content.ts'
import { remember } from '../../store/evidence.ts'
import { type Asked, ask, shownSide } from './ask.ts'
import type { OpenDuel } from './duels.ts'
import type { JudgingPorts } from './ports.ts'

/** Of a competition that has no judge card: none. */
export function canariesOf(judging: Judging | undefined, draw: MatchDraw, duels: readonly OpenDuel[]): Canary[] {
  if (!hasCard(judging)) return []
  const open = duels.filter(({ settled }) => settled === undefined).map(({ frame }) => frame.name)
  return canariesDue(draw, open, judging.canaries ?? 0)
}

export function retestsOf(judging: Judging | undefined, draw: MatchDraw, duels: readonly Duel[]): Duel[] {
  return hasCard(judging) ? retestsDue(draw, duels, judging.retests ?? 0) : []
}

/**
 * Duels that are asked side by side, with the canaries whose turn it is between them.
 * @param heard how many duels were asked before
 */
export function mixed<D>(batch: readonly D[], heard: number, canaries: readonly Canary[]): (D | Canary)[] {
  const turn = canaries.filter(({ at }) => at >= heard && at < heard + batch.length)
  return batch.flatMap((duel, i) => [...turn.filter(({ at }) => at === heard + i), duel])
}

type Hands = Pick<Context, 'pool' | 'signal'>

export const isCanary = (task: object): task is Canary => 'kind' in task && 'at' in task

/** @throws as `ask`; `usage` where nobody here can make its pictures */
export async function askCanary(
  ports: JudgingPorts,
  asked: Asked,
  { kind, name, changed }: Canary,
  { prompt, left: original }: OpenDuel,
  hands: Hands,
): Promise<JudgeCheck> {
  const defender = original as Output
  const copy = kind === 'itself' ? defender : await changedCopy(ports, defender, kind, hands.signal)
  const [left, right] = changed === 'left' ? [copy, defender] : [defender, copy]
  return {
    ...{ kind, name, prompt: prompt.url },
    ...(changed && { changed }),
    ...(await digestsOf(ports, left, right, hands.signal)),
    ...(await ask(ports, asked, prompt, left, right, hands)),
  }
}

/** The same question, under a key of its own, so that nothing that was answered before is found again. */
export async function askOnceMore(
  ports: JudgingPorts,
  asked: Asked,
  { prompt, left, right }: OpenDuel,
  hands: Hands,
): Promise<JudgeCheck> {
  const sides = [left as Output, right as Output] as const
  return {
    ...{ kind: 'retest' as const, name: prompt.stem, prompt: prompt.url },
    ...(await digestsOf(ports, ...sides, hands.signal)),
    ...(await ask(ports, { ...asked, retest: 1 }, prompt, ...sides, hands)),
  }
}

async function digestsOf(ports: JudgingPorts, left: Output, right: Output, signal: AbortSignal) {
  const digest = async (output: Output) => output.png_sha256 ?? sha256Hex((await shownSide(ports, output, signal)).png)
  return { left_png_sha256: await digest(left), right_png_sha256: await digest(right) }
}

async function changedCopy(
  ports: JudgingPorts,
  output: Output,
  change: Exclude<Canary['kind'], 'itself'>,
  signal: AbortSignal,
): Promise<Output> {
  const { store } = ports
  const pictures = canaryPictures(ports)
  const { png } = await shownSide(ports, output, signal)
  const made = await remember(store, 'canary-picture', { of: sha256Hex(png), change, by: pictures.id }, async () => {
    const { sha256 } = await putContent(store, await pictures.change(png, change), 'png', 'image/png')
    return { sha256 }
  })
  return { ...output, png: store.url(contentKey(made.sha256, 'png')), png_sha256: made.sha256 }
}

/** @throws `usage` */
export function canaryPictures({ canaryPictures: pictures }: JudgingPorts): CanaryPictures {
  if (pictures !== undefined) return pictures
  throw new RoundkeeperError('usage', 'config.json asks for canaries, and nobody here can make their pictures', {
    where: 'config.json: judging.canaries',
    hint: 'This engine was started without its port canaryPictures: start one that has it.',
  })
}
