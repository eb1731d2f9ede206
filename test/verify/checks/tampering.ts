import { join } from 'node:path'
import { files, type State } from '../../../src/state/index.ts'
import type { Check } from '../../../src/verify/step.ts'
import { competition, everyRound, miner, testConfig } from '../../support/competition.ts'
import { look, type Planned } from '../../support/memory-history.ts'
import { type Alter, forged, plansAt, positionOf, textAt } from '../../support/rewrite.ts'

export const base = miner('base', 1)
export const good = miner('good', 3)
export const better = miner('better', 5)
export const cheat = miner('cheat', 9, 2)

/** A finished competition of two rounds: `better` takes the crown and defends it, `cheat` is caught. */
export async function honestPlans(): Promise<Planned[]> {
  const entrants = [cheat, good, better]
  const config = testConfig({
    last_competition_date: '2026-03-02',
    settings: { deadline_sweep: true, unseen_prompts: 2 },
  })
  await using game = await competition({ config, leader: base, miners: entrants, before: everyRound(...entrants) })
  const { status } = await game.play()
  if (status !== 'finished') throw new Error(`the competition is ${status}`)
  return await plansAt(join(game.dir, 'state.git'))
}

/** Message lines of round 1 after which something is done. */
export const AFTER = {
  open: 'Update state (open), schedule, leader for round 1',
  generation: 'Seed, prompts and submissions for round 1',
  baseline: 'Update generated for round 1, miner leader',
  downloading: 'Round 1: downloading',
  fetched: `Update submitted for round 1, miner ${good.hotkey.slice(0, 10)}`,
  duels: 'Round 1: duels',
  audited: 'Update generation audits for round 1',
  finalizing: 'Round 1 winner',
  end: 'Update state (finished)',
} as const

/** One more commit after an honest one. */
export interface Act {
  readonly after: keyof typeof AFTER
  readonly change: Readonly<Record<string, Alter>>
  /** Who says to have done it; nobody for a person. */
  readonly owner?: string
  /** What it says otherwise than the engine would. */
  readonly trailers?: Readonly<Record<string, string>>
}

export interface Tampered {
  readonly plans: Planned[]
  /** Of the act. */
  readonly position: number
}

export function tampered(honest: readonly Planned[], { after, change, owner, trailers }: Act): Tampered {
  const place = positionOf(honest, AFTER[after])
  const now = files.state.parse(textAt(honest, place, 'state.json') ?? '', 'state.json')
  const patch = Object.entries(change).map(([path, alter]) => [path, alter(textAt(honest, place, path))])
  const says = { Round: String(now.current_round), Stage: now.stage, Run: 'test', Engine: 'roundkeeper/test' }
  const at = honest[place]?.at as Date
  const plan: Planned = {
    files: Object.fromEntries(patch),
    message: 'An act',
    at,
    written: at,
    ...(owner === undefined ? {} : { trailers: { ...says, Owner: owner, ...trailers } }),
  }
  return { plans: [...honest.slice(0, place + 1), plan, ...honest.slice(place + 1)], position: place + 1 }
}

/** `code path` of what is found at the act; the filling of hotkeys left out. */
export async function foundAt(honest: readonly Planned[], act: Act, checks: readonly Check[]): Promise<string[]> {
  const { plans, position } = tampered(honest, act)
  return (await look(plans, { checks })).at(position).map((found) => found.replace(/x{20,}/g, '…'))
}

export const state = (changes: Partial<State>) => forged(files.state, [], (now) => ({ ...now, ...changes }))
export const gone = (path: string): Record<string, Alter> => ({ [path]: () => null })
export const written = (path: string, text: string): Record<string, Alter> => ({ [path]: () => text })
