/**
 * What somebody who holds the engine's key could do to a finished competition: one illegal change each, anywhere. Files
 * that follow mechanically are made to fit where the name says so.
 */
import { scoreOf } from '../../src/rules/match.ts'
import {
  files,
  type MatchReport,
  type Matrix,
  type Outputs,
  type RevealRecord,
  type Reveals,
} from '../../src/state/index.ts'
import type { AnyStateFile } from '../../src/state/state-file.ts'
import type { Planned } from '../support/memory-history.ts'
import { type Alter, forged, textAt } from '../support/rewrite.ts'
import type { Dice } from './dice.ts'
import { forgedFrom, inserted, stateAt, type Written, writesOf } from './history.ts'

export interface Tampering {
  readonly plans: readonly Planned[]
  /** Of the commit that has to be named. */
  readonly position: number
  /** For people. */
  readonly what: string
}

export interface Crime {
  /** What tells: the record alone, or the evidence in the store as well. */
  readonly caughtBy: 'the record' | 'the store' | 'nothing'
  commit(plans: readonly Planned[], dice: Dice): Promise<Tampering>
}

type Forge = (target: Written, plans: readonly Planned[], dice: Dice) => Record<string, Alter>

const STAGES = ['open', 'miner_generation', 'downloading', 'duels', 'finalizing', 'finished'] as const
const HEX = '0123456789abcdef'

interface Manner {
  readonly caughtBy: Crime['caughtBy']
  /** What a version has to hold to be chosen. */
  readonly holding: RegExp
  /** Whether a commit of its own may do it as well. */
  readonly later: boolean
}

/** In the commit that wrote it first, or by a commit of its own some time after; in all later versions as well. */
const change = (
  file: AnyStateFile,
  forge: Forge,
  { caughtBy = 'the record', holding = /(?:)/, later = true }: Partial<Manner> = {},
): Crime => ({
  caughtBy,
  async commit(plans, dice) {
    const writes = writesOf(plans, file).filter(({ position }) => position > 0)
    const target = dice.pick(writes.filter(({ position, path }) => holding.test(textAt(plans, position, path) ?? '')))
    const alters = forge(target, plans, dice)
    if (!later || dice.below(2) === 0) {
      const what = `${target.path} in the commit that wrote it`
      return { plans: await forgedFrom(plans, target.position, alters), position: target.position, what }
    }
    const after = target.position + dice.below(plans.length - target.position)
    const opened = inserted(plans, after, { owner: file.writers[0] ?? 'judge' })
    return {
      plans: await forgedFrom(opened, after + 1, alters),
      position: after + 1,
      what: `${target.path}, ${after - target.position} commits later`,
    }
  },
})

/** The value as it was written, to choose what to change in it. */
function recordIn<T>(file: AnyStateFile, plans: readonly Planned[], { position, path }: Written): T {
  return file.parse(textAt(plans, position, path) ?? '', path) as T
}

const OUTCOMES = ['left', 'right', 'draw'] as const

function turned(report: MatchReport, which: number, dice: Dice): MatchReport {
  const duels = report.duels.map((duel, i) =>
    i === which ? { ...duel, winner: dice.other(OUTCOMES, duel.winner as (typeof OUTCOMES)[number]) } : duel,
  )
  return { ...report, duels }
}

/** Once only: the dice must not be thrown anew for every later version. */
function once(alter: Alter): Alter {
  const known = new Map<string | undefined, string | null>()
  return (text) => {
    const found = known.get(text) ?? alter(text)
    known.set(text, found)
    return found
  }
}

const verdict = (fit: boolean): Forge => {
  return ({ args, path, position }, plans, dice) => {
    const [round] = args as [number]
    const report = recordIn<MatchReport>(files.duels, plans, { args, path, position })
    const choice = [...report.duels.keys()].filter((i) => !fit || report.duels[i]?.transcript !== undefined)
    const forgedReport = turned(report, dice.pick(choice), dice)
    if (!fit) return { [path]: () => files.duels.serialise(forgedReport) }
    const { score, margin } = scoreOf(forgedReport.duels)
    const row = forged(files.matrix, [round], (rows: Matrix) =>
      rows.map((each) => (each.left === report.left && each.right === report.right ? { ...each, margin } : each)),
    )
    return { [path]: () => files.duels.serialise({ ...forgedReport, score, margin }), ...row }
  }
}

const marginWithRow: Forge = ({ args, path, position }, plans, dice) => {
  const [round] = args as [number]
  const report = recordIn<MatchReport>(files.duels, plans, { args, path, position })
  const margin = dice.other([-1, -0.5, -0.25, 0, 0.25, 0.5, 1], report.margin)
  const row = forged(files.matrix, [round], (rows: Matrix) =>
    rows.map((each) => (each.left === report.left && each.right === report.right ? { ...each, margin } : each)),
  )
  return { [path]: () => files.duels.serialise({ ...report, margin }), ...row }
}

function withoutRow(left: string, right: string, round: number) {
  return forged(files.matrix, [round], (rows: Matrix) =>
    rows.filter((each) => each.left !== left || each.right !== right),
  )
}

function flipped(text: string, digest: string, dice: Dice): Alter {
  const at = dice.below(digest.length)
  const other = digest.slice(0, at) + dice.other([...HEX], digest[at] as string) + digest.slice(at + 1)
  if (!text.includes(digest)) throw new Error('no such digest')
  return (now) => now?.replaceAll(digest, other) ?? null
}

const digest =
  (named: RegExp): Forge =>
  ({ path, position }, plans, dice) => {
    const text = textAt(plans, position, path) ?? ''
    const found = [...text.matchAll(named)].map(([, hex]) => hex as string)
    return { [path]: flipped(text, dice.pick(found), dice) }
  }

/** Everything of a record but what is named may be changed by one step. */
const field =
  <T extends object>(
    file: AnyStateFile,
    forge: (value: T, dice: Dice, plans: readonly Planned[], target: Written) => T,
  ): Forge =>
  (target, plans, dice) => {
    const old = recordIn<T>(file, plans, target)
    const now = forge(structuredClone(old), dice, plans, target)
    return {
      [target.path]: once((text) =>
        text === undefined ? null : file.serialise(merged(file.parse(text, target.path), old, now)),
      ),
    }
  }

/** Later versions of a list or map keep what was added to them since. */
function merged(later: unknown, old: unknown, now: unknown): unknown {
  if (Array.isArray(later) && Array.isArray(old) && Array.isArray(now)) return [...now, ...later.slice(old.length)]
  const isMap = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
  if (isMap(later) && isMap(old) && isMap(now)) {
    const rest = Object.entries(later).filter(([key]) => !(key in old))
    return { ...now, ...Object.fromEntries(rest) }
  }
  return now
}

const AN_HOUR = 3_600_000
const others: Readonly<Record<string, readonly [AnyStateFile, string]>> = {
  'the judge writes builds': [files.builds, 'judge'],
  'the auditor writes a margin': [files.matrix, 'auditor'],
  'the collector writes a leader': [files.leader, 'collector'],
  'the judge writes a verdict of an audit': [files.generationAudits, 'judge'],
  'the round-manager writes outputs': [files.submitted, 'round-manager'],
}

export const crimes: Readonly<Record<string, Crime>> = {
  'a verdict': change(files.duels, verdict(false)),
  'a verdict, with score, margin and row to fit': change(files.duels, verdict(true), {
    caughtBy: 'the store',
    holding: /"transcript"/,
  }),
  'a margin with its matrix row': change(files.duels, marginWithRow),
  'a seed': change(
    files.seed,
    field<{ seed: number }>(files.seed, (old, dice) => ({ ...old, seed: (old.seed + 1 + dice.below(1000)) % 2 ** 32 })),
  ),
  'the randomness of a seed': change(files.seed, digest(/"value": "(?:0x)?([0-9a-f]{64})"/g)),
  'a prompt': change(files.prompts, (target, plans, dice) => {
    const pool = files.pool.parse(textAt(plans, target.position, 'prompts.txt') ?? '', 'prompts.txt')
    const prompts = recordIn<string[]>(files.prompts, plans, target)
    const fresh = dice.pick(pool.filter((each) => !prompts.includes(each)))
    const which = dice.below(prompts.length)
    return { [target.path]: () => files.prompts.serialise(prompts.map((each, i) => (i === which ? fresh : each))) }
  }),
  'a weight': change(
    files.leader,
    field<{ weight: number }[]>(files.leader, (old, dice) => {
      const last = old.length - 1
      return old.map((each, i) =>
        i === last ? { ...each, weight: dice.other([0, 0.2, 0.5, 0.8, 1], each.weight) } : each,
      )
    }),
  ),
  'an entry of a leader': change(
    files.leader,
    field<{ hotkey: string }[]>(files.leader, (old) =>
      old.map((each, i) => (i === old.length - 1 ? { ...each, hotkey: `5${'A'.repeat(47)}` } : each)),
    ),
  ),
  'a deleted row': change(files.duels, ({ args, path, position }, plans) => {
    const { left, right } = recordIn<MatchReport>(files.duels, plans, { args, path, position })
    return withoutRow(left, right, args[0] as number)
  }),
  'a deleted match': change(files.duels, ({ args, path, position }, plans) => {
    const { left, right } = recordIn<MatchReport>(files.duels, plans, { args, path, position })
    return { ...withoutRow(left, right, args[0] as number), [path]: () => null }
  }),
  'a winner': change(
    files.winner,
    field<{ winner_hotkey: string }>(files.winner, (old, dice, plans, target) => {
      const names = Object.keys(
        files.submissions.parse(
          textAt(plans, target.position, files.submissions.path(target.args[0] as number)) ?? '{}',
          '',
        ),
      )
      return { ...old, winner_hotkey: dice.other([...names, 'leader'], old.winner_hotkey) }
    }),
  ),
  'an entry of a miner': change(
    files.submissions,
    field<Record<string, { revealed_at_block: number }>>(files.submissions, (old, dice) => {
      const hotkey = dice.pick(Object.keys(old))
      const entry = old[hotkey] as { revealed_at_block: number }
      return { ...old, [hotkey]: { ...entry, revealed_at_block: entry.revealed_at_block - 1 - dice.below(5) } }
    }),
  ),
  'a miner left out': change(
    files.submissions,
    field<Record<string, object>>(files.submissions, (old, dice) => {
      const out = dice.pick(Object.keys(old))
      return Object.fromEntries(Object.entries(old).filter(([hotkey]) => hotkey !== out))
    }),
  ),
  'the record of a reveal': change(
    files.reveals,
    field<Reveals>(files.reveals, (old, dice) => {
      const record = dice.pick(old.hotkeys.filter(({ outcome }) => outcome === 'accepted'))
      const last = Math.max(...record.reveals.map(({ block }) => block))
      const changed = dice.pick<RevealRecord>([
        { ...record, reveals: record.reveals.slice(0, -1) },
        { ...record, reveals: record.reveals.map((each) => ({ ...each, block: last })) },
        { ...record, reveals: record.reveals.map((each) => ({ ...each, text: each.text.toUpperCase() })) },
        { ...record, registered_at_block: last + 1 },
        { ...record, repository: 'missing' },
      ])
      return { ...old, hotkeys: old.hotkeys.map((each) => (each === record ? changed : each)) }
    }),
    { holding: /"accepted"/ },
  ),
  'a window': change(
    files.schedule,
    field<{ latest_reveal_block: number }>(files.schedule, (old, dice) => ({
      ...old,
      latest_reveal_block: old.latest_reveal_block + 1 + dice.below(50),
    })),
  ),
  'a rewritten audit': change(
    files.generationAudits,
    field<Record<string, { outcome: string }>>(files.generationAudits, (old, dice) => {
      const hotkey = dice.pick(Object.keys(old))
      const audit = old[hotkey] as { outcome: string }
      return { ...old, [hotkey]: { ...audit, outcome: audit.outcome === 'passed' ? 'rejected' : 'passed' } }
    }),
  ),
  'the counts of an audit': change(
    files.generationAudits,
    field<Record<string, { checked_prompts: number }>>(files.generationAudits, (old, dice) => {
      const hotkey = dice.pick(Object.keys(old))
      const audit = old[hotkey] as { checked_prompts: number }
      return { ...old, [hotkey]: { ...audit, checked_prompts: audit.checked_prompts + 1 } }
    }),
  ),
  'a request for an audit': change(
    files.requireAudit,
    field<{ hotkey: string }[]>(files.requireAudit, (old) => [
      ...old,
      { hotkey: `5${'A'.repeat(47)}`, critical_prompts: [] },
    ]),
  ),
  'a digest of an output': change(files.submitted, digest(/"(?:glb|png|pixels)_sha256": "([0-9a-f]{64})"/g), {
    caughtBy: 'the store',
    holding: /_sha256/,
  }),
  'a digest of a regenerated output': change(
    files.generated,
    digest(/"(?:glb|png|pixels)_sha256": "([0-9a-f]{64})"/g),
    { caughtBy: 'the store', holding: /_sha256/ },
  ),
  'a digest of an answer': change(
    files.duels,
    digest(/"(?:transcript|prompt_sha256)": "(?:sha256:)?([0-9a-f]{64})"/g),
    { caughtBy: 'the store', holding: /"transcript"/ },
  ),
  'a distance': change(
    files.generated,
    field<Outputs>(files.generated, (old, dice) => {
      const stem = dice.pick(Object.keys(old))
      const output = old[stem] as Outputs[string]
      return { ...old, [stem]: { ...output, distance: output.distance + 0.25 } }
    }),
    { caughtBy: 'the store' },
  ),
  'a re-dated commit': {
    caughtBy: 'the record',
    async commit(plans, dice) {
      const position = 1 + dice.below(plans.length - 2)
      const at = plans[position]?.at as Date
      const to = new Date(at.getTime() + (dice.below(2) === 0 ? -1 : 1) * (50 + dice.below(500)) * AN_HOUR)
      const changed = plans.map((plan, i) => (i === position ? { ...plan, at: to, written: to } : plan))
      return { plans: changed, position, what: `${at.toISOString()} became ${to.toISOString()}` }
    },
  },
  'a stage skipped': {
    caughtBy: 'the record',
    async commit(plans, dice) {
      const { position } = dice.pick(writesOf(plans, files.state).filter((each) => each.position > 0))
      const before = stateAt(plans, position - 1)
      const now = stateAt(plans, position)
      const legal = [before.stage, now.stage] as const
      const stage = dice.pick(STAGES.filter((each) => !(legal as readonly string[]).includes(each)))
      const changed = plans.map((plan, i) =>
        i === position
          ? { ...plan, files: { ...plan.files, 'state.json': files.state.serialise({ ...now, stage }) } }
          : plan,
      )
      return { plans: changed, position, what: `${before.stage} became ${stage}` }
    },
  },
  'a file by the wrong owner': {
    caughtBy: 'the record',
    async commit(plans, dice) {
      const [what, [file, owner]] = dice.pick(Object.entries(others))
      const target = dice.pick(writesOf(plans, file).filter((each) => each.position > 0))
      const opened = inserted(plans, target.position, { owner })
      const alter: Alter = (text) => (text === undefined ? null : wronglyWritten(text, target.path))
      return {
        plans: await forgedFrom(opened, target.position + 1, { [target.path]: alter }),
        position: target.position + 1,
        what,
      }
    },
  },
  'rules changed by the engine': {
    caughtBy: 'the record',
    async commit(plans, dice) {
      const after = 1 + dice.below(plans.length - 2)
      const opened = inserted(plans, after, { owner: 'judge' })
      const rule = forged(files.config, [], (old) => ({
        ...old,
        win_margin: old.win_margin + 0.01 * (1 + dice.below(20)),
      }))
      return {
        plans: await forgedFrom(
          opened,
          after + 1,
          Object.fromEntries(Object.entries(rule).map(([path, alter]) => [path, once(alter)])),
        ),
        position: after + 1,
        what: 'win_margin',
      }
    },
  },
}

/** What the same person can do unseen: docs/verification.md says why. */
export const undetectable: Readonly<Record<string, Crime>> = {
  'the time of a generation, within its limits': change(
    files.generated,
    field<Outputs>(files.generated, (old, dice) => {
      const stem = dice.pick(Object.keys(old))
      const output = old[stem] as Outputs[string]
      return { ...old, [stem]: { ...output, generation_time: output.generation_time + 0.5 } }
    }),
    { caughtBy: 'nothing', later: false },
  ),
  'a commit re-dated between its neighbours': {
    caughtBy: 'nothing',
    async commit(plans, dice) {
      const position = 1 + dice.below(plans.length - 2)
      const [from, to] = [plans[position - 1]?.at as Date, plans[position + 1]?.at as Date]
      const at = new Date(Math.floor((from.getTime() + to.getTime()) / 2000) * 1000)
      const changed = plans.map((plan, i) => (i === position ? { ...plan, at, written: at } : plan))
      return { plans: changed, position, what: at.toISOString() }
    },
  },
}

/** Some digit of the file that is not part of a digest or a name: a number that ends a line or a cell. */
function wronglyWritten(text: string, path: string): string {
  if (path.endsWith('.csv')) return `${text}\nleader,5${'B'.repeat(47)},0.5`
  const changed = text.replace(
    /: (\d)([\d.]*,?\n)/,
    (_, digit: string, rest: string) => `: ${(Number(digit) + 1) % 10}${rest}`,
  )
  if (changed !== text) return changed
  return text.replace(/"status": "success"|"docker_image": "[^"]*"/, '"status": "failure"')
}
