import type { EvidenceFinding, Weakened } from './examination.ts'
import type { Naming } from './ledger.ts'
import type { NamedObject } from './named.ts'
import { nameOf, type Objects } from './objects.ts'
import { doubtOf, type Problem, sentenceOf } from './problem.ts'

/** What was found about one change of one file. */
export class Page {
  readonly #commit: string
  readonly #path: string
  readonly #round: number
  readonly #decides: Pick<Weakened, 'kind' | 'subject'> | undefined
  /** Objects that were named here first. */
  readonly #claimed = new Set<string>()
  readonly #problems: Problem[] = []
  readonly #doubts: Problem[] = []

  /** @param decides what follows from the file */
  constructor(
    { commit, path }: Pick<Naming, 'commit' | 'path'>,
    round: number,
    decides?: Pick<Weakened, 'kind' | 'subject'>,
  ) {
    this.#commit = commit
    this.#path = path
    this.#round = round
    this.#decides = decides
  }

  claim(named: readonly NamedObject[], objects: Objects): void {
    for (const each of named) if (objects.claim(each)) this.#claimed.add(nameOf(each))
  }

  add(problems: readonly Problem[]): void {
    this.#problems.push(...problems)
  }

  /** Problems of other files, on which this one rests. */
  doubt(problems: readonly Problem[]): void {
    this.#doubts.push(...problems)
  }

  findings(): EvidenceFinding[] {
    const told = this.#problems.filter(({ object }) => object === undefined || this.#claimed.has(object))
    const byCode = Map.groupBy(told, ({ code }) => code)
    return [...byCode].map(([code, problems]) => ({
      code,
      commit: this.#commit,
      path: this.#path,
      message: sentenceOf(code, textsOf(problems)),
    }))
  }

  weakened(): Weakened | undefined {
    const all = [...this.#problems, ...this.#doubts]
    const worst = all.find((problem) => doubtOf(problem) === 'broken') ?? all[0]
    if (this.#decides === undefined || worst === undefined) return undefined
    const same = all.filter(({ code }) => code === worst.code)
    return {
      ...this.#decides,
      round: this.#round,
      path: this.#path,
      level: doubtOf(worst),
      note: sentenceOf(worst.code, textsOf(same)).slice(0, -1),
    }
  }
}

/** In an order of their own: which of them was found first depends on the network. */
const textsOf = (problems: readonly Problem[]) => [...new Set(problems.map(({ text }) => text))].sort()
