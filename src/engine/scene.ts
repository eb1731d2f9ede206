/** What is on record that a person's act depends on. */
import type { Scene } from '../rules/intervention.ts'
import { stemOf } from '../rules/prompts.ts'
import { voidedPrompts } from '../rules/void.ts'
import { isArchived } from '../state/archive.ts'
import { files } from '../state/files.ts'
import type { Intervention } from '../state/intervention.ts'
import type { Records } from './records.ts'

/** The acts on record, oldest first: number n stands at n - 1. @throws `state-file` */
export async function actsOf(records: Records): Promise<Intervention[]> {
  const acts: Intervention[] = []
  for (;;) {
    const act = await records.find(files.intervention, acts.length + 1)
    if (act === undefined) return acts
    acts.push(act)
  }
}

/** Stems of the prompts that do not count in a round, and why. @throws `state-file` */
export async function voidedIn(records: Records, round: number): Promise<ReadonlyMap<string, string>> {
  return voidedPrompts(await actsOf(records), round)
}

/** The number of the next record: none is ever written over, whatever else lies in their folder. */
export async function nextNumber(records: Records): Promise<number> {
  const numbers = (await records.list('interventions')).map((path) => Number(/(\d+)\.json$/.exec(path)?.[1] ?? 0))
  return Math.max(0, ...numbers) + 1
}

/** @throws `state-file` */
export async function sceneOf(records: Records): Promise<Scene> {
  const state = await records.read(files.state)
  const round = state.current_round
  return {
    state,
    config: await records.read(files.config),
    leaders: (await records.find(files.leader)) ?? [],
    schedule: await records.find(files.schedule, round),
    winner: await records.find(files.winner, round),
    prompts: ((await records.find(files.prompts, round)) ?? []).map(stemOf),
    voided: await voidedIn(records, round),
    matches: ((await records.find(files.matrix, round)) ?? []).length,
    paths: (await records.list(`rounds/${round}`)).filter((path) => !isArchived(path)),
  }
}
