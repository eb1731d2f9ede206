/** What somebody could try who runs the competition and holds every key: prepared draws, moved clocks, misused acts. */
import { beforeAll, describe, expect, it } from 'vitest'
import { files, type Intervention } from '../../src/state/index.ts'
import { look, type Planned } from '../support/memory-history.ts'
import { forged, positionOf, textAt } from '../support/rewrite.ts'
import { AFTER, good, honestPlans } from './checks/tampering.ts'

let honest: Planned[]
beforeAll(async () => {
  honest = await honestPlans()
})

type Files = NonNullable<Planned['files']>

const byHand = (changed: Files, at: Date, trailers = {}): Planned => ({
  files: changed,
  message: 'By hand',
  trailers,
  at,
  written: at,
})

/** These commits by hand after an honest one, each so many seconds after it unless it says when. */
async function edited(title: string, ...changes: readonly (readonly [Files, Date?])[]) {
  const place = positionOf(honest, title)
  const then = honest[place]?.at as Date
  const commits = changes.map(([changed, at = then]) => byHand(changed, at))
  const result = await look([...honest.slice(0, place + 1), ...commits, ...honest.slice(place + 1)])
  const grave = result.findings.filter(({ severity }) => severity === 'error')
  return { ...result, place, grave: grave.map(({ code, path }) => `${code} ${path}`) }
}

const at = (place: string, path: string) => textAt(honest, positionOf(honest, place), path) ?? ''
const config = (change: object) => {
  const text = at(AFTER.open, 'config.json')
  return { 'config.json': forged(files.config, [], (old) => ({ ...old, ...change }))['config.json']?.(text) ?? null }
}
const CLOSED = new Date('2026-03-02T08:00:20Z')
const IN_TIME = new Date('2026-03-01T12:00:00Z')

describe('a draw cannot be prepared', () => {
  it('by taking the pool away in time, to bring another one when the seed is known', async () => {
    const pool = at(AFTER.open, 'prompts.txt')
    const { grave } = await edited(AFTER.open, [{ 'prompts.txt': null }, IN_TIME], [{ 'prompts.txt': pool }, CLOSED])
    expect(grave).toEqual(['append-only/late prompts.txt'])
  })

  it('by telling the blocks another pace', async () => {
    const slow = [config({ block_seconds: 1e6 }), IN_TIME] as const
    const { grave } = await edited(AFTER.open, slow, [{ 'prompts.txt': 'https://x.test/a.png' }, CLOSED])
    expect(grave).toContain('append-only/config config.json')
    expect(grave).toContain('append-only/late prompts.txt')
  })

  it('by another schedule, or another leader, for the first round once its window has closed', async () => {
    const [first] = honest
    const founded = new Date(first?.at as Date)
    const closed = new Date('2026-03-01T08:00:10Z')
    expect(closed.getTime()).toBeGreaterThan(founded.getTime())
    const path = files.schedule.path(0)
    const schedule = textAt(honest, 0, path)
    const later = forged(files.schedule, [0], (old) => ({ ...old, decided_at: closed.toISOString() }))[path]?.(schedule)
    const plans = (changed: Files) => [...honest.slice(0, 1), byHand(changed, closed), ...honest.slice(1)]
    const codes = async (changed: Files) => (await look(plans(changed))).findings.map(({ code }) => code)
    expect(await codes({ [path]: later ?? null })).toEqual(
      expect.arrayContaining(['append-only/late', 'decision/schedule']),
    )
    expect(await codes({ 'leader.json': '[]' })).toContain('append-only/late')
  })
})

describe('a founding', () => {
  it('cannot hold what the first round decides', async () => {
    const [first, opening, ...rest] = honest as [Planned, Planned, ...Planned[]]
    const early = Object.fromEntries(Object.entries(opening.files ?? {}).filter(([path]) => path !== 'state.json'))
    const moved = { ...opening, files: { 'state.json': opening.files?.['state.json'] ?? null } }
    const { at: told } = await look([{ ...first, files: { ...first.files, ...early } }, moved, ...rest])
    expect(told(0)).toContain(`stage/by-hand ${files.prompts.path(0)}`)
  })

  it('comes before the engine', async () => {
    const plans = honest.map(({ files: changed = {}, ...plan }, place) => {
      const { 'state.json': _, ...others } = changed
      return { ...plan, files: place < 3 ? others : changed }
    })
    expect((await look(plans)).at(1)).toContain('stage/trailers')
  })

  it('is where a history by our rules begins', async () => {
    const place = positionOf(honest, AFTER.open)
    const all = Object.assign({}, ...honest.slice(0, place + 1).map((plan) => plan.files)) as Files
    const { findings } = await look([{ ...honest[place], files: all }, ...honest.slice(place + 1)])
    expect(findings).toContainEqual(expect.objectContaining({ code: 'stage/beginning', severity: 'error' }))
  })
})

describe('the bar', () => {
  it('is not moved while a round is played, even when something else in the commit is undone', async () => {
    const junk = { 'rounds/1/junk.json': '{}' }
    const { grave } = await edited(
      AFTER.duels,
      [{ ...junk, ...config({ win_margin: 0 }) }],
      [{ 'rounds/1/junk.json': null }],
    )
    expect(grave).toContain('append-only/config config.json')
  })

  it('in a format that nobody knows is believed, not proved', async () => {
    const { decisions } = await edited(AFTER.open, [config({ format: 'unheard-of' }), IN_TIME])
    const unproved = decisions
      .filter(({ level }) => level === 'consistent')
      .map(({ kind, round }) => `${kind} ${round}`)
    expect(unproved).toEqual(expect.arrayContaining(['submissions 1', 'prompts 1', 'winner 1', 'leader 1']))
  })
})

describe('an act of adoption', () => {
  const builds = files.builds.path(1)

  /** A commit after the duels of round 1, and a person who stands for these paths of it. */
  async function adopted(changed: Files, paths: readonly string[], title: string = AFTER.audited) {
    const { place, oid } = await edited(title, [changed])
    const then = honest[place]?.at as Date
    const state = files.state.parse(textAt(honest, place, 'state.json') ?? '', 'state.json')
    const act: Intervention = {
      kind: 'adopt',
      reason: 'it had to be',
      by: 'Somebody <somebody@roundkeeper.test>',
      round: 1,
      from: state.stage,
      to: state.stage,
      at: then.toISOString(),
      commit: oid(place + 1),
      paths: [...paths],
    }
    const says = { Round: '1', Stage: state.stage, Owner: 'human', Run: 'test', Engine: 'roundkeeper/test' }
    const commits = [
      byHand(changed, then),
      byHand({ [files.intervention.path(1)]: files.intervention.serialise(act) }, then, says),
    ]
    const plans = [...honest.slice(0, place + 1), ...commits, ...honest.slice(place + 1)]
    const split = await look(plans.slice(0, place + 2))
    const resumed = await look(plans, { since: split.head, earlier: split.known })
    const whole = await look(plans)
    expect(resumed.findings).toEqual(whole.findings)
    expect(resumed.decisions).toEqual(whole.decisions)
    return whole
  }

  it('makes what rests on the edit a matter of belief', async () => {
    const { findings, decisions } = await adopted({ [builds]: `${at(AFTER.audited, builds)}\n` }, [builds])
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    const unproved = decisions.filter(({ level }) => level !== 'proved')
    expect(unproved.map(({ kind, round, level }) => `${kind} ${round} ${level}`)).toEqual([
      'winner 1 consistent',
      'leader 1 consistent',
    ])
    expect(unproved[0]?.note).toMatch(/^it rests on an edit by hand. Adopted by Somebody .* it had to be$/)
  })

  it.each<[string, () => Files, string]>([
    ['a change of the rules', () => config({ win_margin: 0 }), 'config.json'],
    ['what the commit did not change', () => ({ [builds]: `${at(AFTER.audited, builds)}\n` }), files.winner.path(1)],
  ])('cannot stand for %s', async (_what, changed, path) => {
    const { findings } = await adopted(changed(), [path])
    const grave = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)
    expect(grave).toContain('intervention/contents')
    expect(grave.length).toBeGreaterThan(1)
  })

  it('cannot stand for a schedule or a seed that took the place of another', async () => {
    const seed = files.seed.path(1)
    const other = forged(files.seed, [1], (old) => ({ ...old, value: 'ab'.repeat(32) }))[seed]?.(
      at(AFTER.audited, seed),
    )
    expect((await adopted({ [seed]: other ?? null }, [seed])).findings.map(({ code }) => code)).toContain(
      'decision/seed',
    )
    const schedule = files.schedule.path(1)
    const moved = forged(files.schedule, [1], (old) => ({ ...old, note: 'x' }))[schedule]?.(at(AFTER.audited, schedule))
    const { findings } = await adopted({ [schedule]: moved ?? null }, [schedule])
    expect(findings.map(({ code }) => code)).toContain('decision/schedule')
  })
})

describe('the engine’s key', () => {
  it('does not make an archive of an attempt that there never was', async () => {
    const place = positionOf(honest, AFTER.audited)
    const path = `rounds/1/attempts/1/${good.hotkey}/pod_stats.json`
    const { files: changed, ...plan } = honest[place] as Planned
    const plans = honest.map((each, at) => (at === place ? { ...plan, files: { ...changed, [path]: '{}' } } : each))
    expect((await look(plans)).at(place)).toContain(`stage/wrong-owner ${path}`)
  })
})

describe('a flood', () => {
  it('of rows in a matrix takes no longer than it is long', async () => {
    const rows = Array.from({ length: 30_000 }, (_, row) => `l${row},r${row},0.5`)
    const matrix = { [files.matrix.path(1)]: ['left,right,margin', ...rows].join('\n') }
    const { decisions } = await edited(AFTER.end, [matrix])
    expect(decisions.filter(({ level }) => level === 'broken').length).toBeGreaterThan(30_000)
  }, 30_000)
})
