/** A finished history as a forger sees it: which commit wrote what, and how to say something else from there on. */
import { evidenceOf } from '../../src/rules/evidence.ts'
import { fileAt, files } from '../../src/state/index.ts'
import type { AnyStateFile } from '../../src/state/state-file.ts'
import type { Planned } from '../support/memory-history.ts'
import { type Alter, altered, textAt } from '../support/rewrite.ts'

export interface Written {
  readonly position: number
  readonly path: string
  readonly args: readonly (string | number)[]
}

/** Every commit that wrote a file of this kind. */
export function writesOf(plans: readonly Planned[], file: AnyStateFile): Written[] {
  return plans.flatMap((plan, position) =>
    Object.keys(plan.files ?? {}).flatMap((path) => {
      const located = fileAt(path)
      return located?.file === file ? [{ position, path, args: located.args }] : []
    }),
  )
}

/** Where the competition stands as of a commit. */
export function stateAt(plans: readonly Planned[], position: number) {
  return files.state.parse(textAt(plans, position, 'state.json') ?? '', 'state.json')
}

/** An empty commit of the engine's after this one, halfway to the next. */
export function inserted(
  plans: readonly Planned[],
  after: number,
  also: Partial<Planned> & { owner: string },
): Planned[] {
  const { owner, ...rest } = also
  const from = timeOf(plans[after])
  const to = after + 1 < plans.length ? timeOf(plans[after + 1]) : from + 60_000
  const at = new Date(Math.floor((from + to) / 2000) * 1000)
  const { current_round, stage } = stateAt(plans, after)
  const message = `An act\n\nRound: ${current_round}\nStage: ${stage}\nOwner: ${owner}\nRun: demo-seed-1\nEngine: roundkeeper/0.1.0\n`
  const by = { name: 'Roundkeeper', email: 'engine@demo' }
  return [...plans.slice(0, after + 1), { by, at, written: at, message, ...rest }, ...plans.slice(after + 1)]
}

function timeOf(plan: Planned | undefined): number {
  if (plan?.at instanceof Date) return plan.at.getTime()
  throw new Error('a finished history has moments')
}

/** All versions from a position on say something else, and so does what commits say of the evidence that they bring. */
export async function forgedFrom(
  plans: readonly Planned[],
  position: number,
  alters: Readonly<Record<string, Alter>>,
): Promise<Planned[]> {
  const result = altered(plans, position, alters)
  for (const [at, plan] of result.entries()) {
    const touched = Object.keys(plan.files ?? {}).some((path) => path in alters)
    if (at < position || !touched || !plan.message?.includes('\nEngine: ')) continue
    const texts = new Map(Object.keys(plan.files ?? {}).map((path) => [path, textAt(result, at, path) ?? null]))
    const evidence = await evidenceOf(texts, async (path) => textAt(result, at - 1, path))
    const message = plan.message.replace(/\nEvidence: .*/, '')
    result[at] = {
      ...plan,
      message: evidence === undefined ? message : `${message.trimEnd()}\nEvidence: ${evidence}\n`,
    }
  }
  return result
}
