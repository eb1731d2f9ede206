import type { Context } from '../../engine/owner.ts'
import type { Canary, MatchDraw } from '../../rules/canaries.ts'
import { hasCard } from '../../rules/judge-card.ts'
import type { Duel, JudgeCheck, JudgeChecks } from '../../state/index.ts'
import type { Judging } from '../../state/judging.ts'
import type { Asked } from './ask.ts'
import { askCanary, askOnceMore, canariesOf, canaryPictures, mixed, retestsOf } from './canaries.ts'
import type { OpenDuel } from './duels.ts'
import { judgeCost } from './judge-cost.ts'
import type { JudgingPorts } from './ports.ts'

/** What a judge is asked in a match to see whether it is sane. Where a competition has no judge card: nothing. */
export class SanityChecks {
  readonly #ports: JudgingPorts
  readonly #judging: Judging | undefined
  readonly #asked: Asked
  readonly #draw: MatchDraw
  readonly #duels: ReadonlyMap<string, OpenDuel>
  readonly #canaries: readonly Canary[]
  readonly #answers = new Map<Canary, JudgeCheck>()

  /** @param duels all of the match, in the order of the prompts */
  constructor(
    ports: JudgingPorts,
    judging: Judging | undefined,
    asked: Asked,
    draw: MatchDraw,
    duels: readonly OpenDuel[],
  ) {
    this.#ports = ports
    this.#judging = judging
    this.#asked = asked
    this.#draw = draw
    this.#duels = new Map(duels.map((duel) => [duel.frame.name, duel]))
    this.#canaries = canariesOf(judging, draw, duels)
  }

  /** Duels that are asked side by side, with the canaries whose turn it is between them. @param heard duels before */
  among<D>(batch: readonly D[], heard: number): (D | Canary)[] {
    return mixed(batch, heard, this.#canaries)
  }

  /** @throws as `askCanary` */
  async ask(canary: Canary, hands: Pick<Context, 'pool' | 'signal'>): Promise<undefined> {
    const duel = this.#duels.get(canary.name) as OpenDuel
    this.#answers.set(canary, await askCanary(this.#ports, this.#asked, canary, duel, hands))
  }

  /**
   * Asks what is left, now that the match is over: canaries whose turn did not come, and duels once more.
   * @param duels as the report has them
   * @returns undefined where the judge was asked nothing
   * @throws the first failure
   */
  async finish(
    duels: readonly Duel[],
    { pool, signal }: Pick<Context, 'pool' | 'signal'>,
  ): Promise<JudgeChecks | undefined> {
    const asked = duels.filter(({ transcript }) => transcript !== undefined)
    if (!hasCard(this.#judging) || asked.length === 0) return undefined
    const late = this.#canaries.filter((canary) => !this.#answers.has(canary))
    const again = retestsOf(this.#judging, this.#draw, duels)
    const retests = new Map<string, JudgeCheck>()
    const task = async (each: Canary | Duel, stop: AbortSignal): Promise<void> => {
      const hands = { pool, signal: stop }
      if (late.includes(each as Canary)) return this.ask(each as Canary, hands)
      const duel = this.#duels.get(each.name) as OpenDuel
      retests.set(each.name, await askOnceMore(this.#ports, this.#asked, duel, hands))
    }
    const failed: unknown[] = []
    for await (const result of pool.run([...late, ...again], task, signal)) if (!result.ok) failed.push(result.error)
    if (failed.length > 0) throw failed[0]
    const checks = [
      ...this.#canaries.map((canary) => this.#answers.get(canary) as JudgeCheck),
      ...again.map(({ name }) => retests.get(name) as JudgeCheck),
    ]
    return {
      left: this.#draw.left,
      right: this.#draw.right,
      judge: this.#ports.judge.id,
      ...(this.#canaries.length > 0 && { pictures: canaryPictures(this.#ports).id }),
      checks,
      cost: await judgeCost(this.#ports.store, [...asked, ...checks]),
    }
  }
}
