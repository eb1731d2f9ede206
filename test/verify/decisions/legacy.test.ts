import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { openHistory } from '../../../src/repo/open-history.ts'
import { files } from '../../../src/state/index.ts'
import { decisions } from '../../../src/verify/decisions/index.ts'
import { type Verification, verify } from '../../../src/verify/verify.ts'
import { competition, everyRound, testConfig } from '../../support/competition.ts'
import { look, MemoryHistory, type Planned } from '../../support/memory-history.ts'
import { altered, forged, onTop, plansAt, positionOf } from '../../support/rewrite.ts'
import { base, better, cheat, good } from '../checks/tampering.ts'

/** As the original recorded it: no digests, no trailers, no reveals, a private seed. */
let plans: Planned[]
beforeAll(async () => {
  const entrants = [cheat, good, better]
  const { rules: _, ...config } = testConfig({ last_competition_date: '2026-03-02' })
  await using game = await competition({ config, leader: base, miners: entrants, before: everyRound(...entrants) })
  await game.play()
  plans = (await plansAt(join(game.dir, 'state.git'))).map(bare)
})

const OURS =
  /^\s*"(glb_sha256|png_sha256|pixels_sha256|renderer|measure|transcript|prompt_sha256|judge|decided_at|decided_at_block)": .*\n/gm

function bare({ files: changed = {}, message = '', ...plan }: Planned): Planned {
  const kept = Object.entries(changed).flatMap(([path, content]): [string, string | null][] => {
    if (path.endsWith('/reveals.json')) return []
    if (content === null) return [[path, null]]
    const text = content instanceof Uint8Array ? new TextDecoder().decode(content) : String(content)
    if (path.endsWith('/seed.json')) return [[path, text.replace(/, .*/, '}')]]
    return [[path, text.replace(OURS, '').replace(/,(\s*[}\]])/g, '$1')]]
  })
  return { ...plan, files: Object.fromEntries(kept), message: message.replace(/\n\n(\w[\w-]*: .*\n)+$/, '\n') }
}

const judged = async (history: readonly Planned[]) => look(history, { checks: decisions() })
const broken = ({ decisions: all }: Pick<Verification, 'decisions'>) =>
  all.filter(({ level }) => level === 'broken').map(({ kind, subject, note }) => [kind, subject, note])

describe('a history by the old rules', () => {
  it('follows, as far as it can be told, and says for every kind what must be believed', async () => {
    const { findings, decisions: all } = await judged(plans)
    expect(findings).toEqual([])
    const notes = new Map(all.map(({ kind, note, level }) => [kind, level === 'consistent' ? note : level]))
    expect(Object.fromEntries(notes)).toEqual({
      schedule: 'the block at which it was decided is not on record: the start was taken as recorded',
      transition: 'when it happened: the commit names no block',
      submissions: 'the reveals are not on record: window, form and order of the entries were checked',
      seed: 'the seed was drawn in private',
      prompts: 'proved',
      match: 'the judge, whose answers are not on record: 4 of 4 duels',
      'audit-request': 'the matches that it rests on',
      audit: 'the distances and times, of outputs that have no digests',
      winner: 'the judge and the audits, which it rests on',
      leader: 'from which block on, and who won',
    })
  })

  it('may lack the pool of that day, but not those carried over', async () => {
    const pool = { 'prompts.txt': () => 'https://prompts.test/p01.png' }
    const cut = await judged(altered(plans, 0, pool))
    expect(broken(cut)).toEqual([])
    expect(cut.decisions.find(({ kind, round }) => kind === 'prompts' && round === 1)).toMatchObject({
      level: 'consistent',
      note: 'the pool of that day is not on record',
    })
    const at = positionOf(plans, 'Seed, prompts and submissions for round 1')
    const other = forged(files.prompts, [1], (all) => ['https://prompts.test/p99.png', ...all.slice(1)])
    expect(broken(await judged(altered(plans, at, { ...pool, ...other })))[0]).toEqual([
      'prompts',
      undefined,
      'those of the round before are not the ones that the seed draws',
    ])
  })

  it('has an unrounded weight, and entries with more in them', async () => {
    const at = positionOf(plans, 'Update state (finished)')
    const unrounded = forged(files.leader, [], (all) =>
      all.map((entry, i) =>
        i < all.length - 1 ? entry : { ...entry, weight: entry.weight + 1e-16, hardware: ['gpu'] },
      ),
    )
    expect(broken(await judged(altered(plans, at, unrounded)))).toEqual([])
    const other = forged(files.leader, [], (all) => all.map((entry) => ({ ...entry, weight: 0.9 })))
    expect(broken(await judged(altered(plans, at, other)))).toEqual([['leader', undefined, undefined]])
  })

  it('declares no winner who did not win', async () => {
    const at = positionOf(plans, 'Round 1 winner')
    const open = { 'rounds/1/generation_audits.json': () => null }
    const undecided = await judged(altered(plans, at, open))
    expect(undecided.decisions.find(({ kind, round }) => kind === 'winner' && round === 1)).toMatchObject({
      level: 'consistent',
      note: expect.stringMatching(/^that it was decided, although on record the audit of 5cheat.* is open$/),
    })
    const nobody = forged(files.winner, [1], (winner) => ({ ...winner, winner_hotkey: base.hotkey }))
    expect(broken(await judged(altered(plans, at, { ...open, ...nobody })))).toEqual([
      ['winner', undefined, 'it did not beat the leader'],
    ])
  })
})

describe('a match whose report and row are not in one commit', () => {
  const title = `Match report: leader vs ${good.hotkey.slice(0, 10)}`
  const matrix = files.matrix.path(0)
  /** The row of one match comes so many commits later, or never. */
  function delayed(by: number): { history: Planned[]; position: number } {
    const position = positionOf(plans, title)
    const without = forged(files.matrix, [0], (rows) =>
      rows.filter(({ left, right }) => left !== 'leader' || right !== good.hotkey),
    )
    const history = plans.map((plan, at) => {
      if (at < position || at >= position + by || !Object.hasOwn(plan.files ?? {}, matrix)) return plan
      return altered(plans, at, without)[at] as Planned
    })
    return { history, position }
  }

  it('is whole when the other half comes', async () => {
    const { history } = delayed(2)
    const { decisions: all, findings } = await judged(history)
    expect(findings).toEqual([])
    expect(all.filter(({ kind, round }) => kind === 'match' && round === 0)).toHaveLength(5)
  })

  it('is broken when it never comes, at the commit of the first half, also for who goes on later', async () => {
    const { history, position } = delayed(1000)
    const { findings, known } = await judged(history.slice(0, position + 2))
    const there = new MemoryHistory(history).oid(position)
    const expected = { code: 'decision/match', commit: there, message: expect.stringMatching(/no row in the matrix/) }
    expect(findings).toMatchObject([expected])
    const later = await look(history, {
      checks: decisions(),
      since: new MemoryHistory(history).oid(position + 1),
      earlier: known,
    })
    expect(later.findings).toMatchObject([expected])
  })

  it('is broken when a margin is changed later', async () => {
    const margin = forged(files.matrix, [0], (rows) => rows.map((row) => ({ ...row, margin: -1 })))
    const history = onTop(plans, margin)
    const { findings } = await judged(history)
    expect(findings.map(({ code, commit }) => [code, commit])).toEqual(
      Array.from({ length: findings.length }, () => ['decision/match', new MemoryHistory(history).head]),
    )
    expect(findings.length).toBeGreaterThan(2)
  })
})

// Public history of a real competition; not part of this repository.
const bundle = fileURLToPath(new URL('../../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))
const present = existsSync(bundle)
if (!present) console.log(`skipped: no ${bundle}`)

describe.skipIf(!present)('two real rounds', () => {
  it('follow but for what people did to them', async () => {
    await using history = await openHistory(bundle)
    const { findings, decisions: all } = await verify(history, { checks: decisions() })
    expect(findings.map(({ code, commit, path }) => `${commit.slice(0, 7)} ${code} ${path}`)).toEqual([
      '1479f88 decision/audit rounds/0/generation_audits.json',
      'c7cb289 decision/transition state.json',
      'f00ec4a decision/transition state.json',
      'de58c51 decision/transition state.json',
    ])
    const count = (level: string) => all.filter((each) => each.level === level).length
    expect([count('proved'), count('consistent'), count('broken')]).toEqual([29, 151, 3])
  })
})
