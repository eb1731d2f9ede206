import { afterEach, describe, expect, it } from 'vitest'
import { intervene, type Wanted } from '../../../src/engine/intervene.ts'
import { openHistory } from '../../../src/repo/open-history.ts'
import type { ChangeSet, StateRepo } from '../../../src/repo/state-repo.ts'
import { files } from '../../../src/state/index.ts'
import { interventions } from '../../../src/verify/checks/interventions.ts'
import type { Finding } from '../../../src/verify/finding.ts'
import { verify } from '../../../src/verify/verify.ts'
import { BY, competition, everyRound, miner, type TestCompetition } from '../../support/competition.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const redo: Wanted = { kind: 'redo-stage', stage: 'duels', baseline: false }
const games: TestCompetition[] = []
afterEach(async () => {
  for (const game of games.splice(0)) await game[Symbol.asyncDispose]()
})

/** Right before its first round is finalized. */
async function finalizing(): Promise<TestCompetition> {
  const game = await competition({ leader: base, miners: [good], before: everyRound(good) })
  games.push(game)
  await game.play((report) => report.stage === 'miner_generation')
  game.clock.advance(2 * 3_600_000)
  for (let stage = ''; stage !== 'finalizing'; ) stage = (await game.tick({ untilIdle: false })).stage
  return game
}

type Files = Map<string, string | Uint8Array | null>

/** An act whose commit somebody changed before it landed. */
async function act({ repo, clock }: TestCompetition, wanted: Wanted, tamper: (files: Files) => void = () => undefined) {
  const tampering: StateRepo = new Proxy(repo, {
    get(target, key) {
      const member = Reflect.get(target, key)
      if (key !== 'commit') return typeof member === 'function' ? member.bind(target) : member
      return (head: string, change: ChangeSet, by: Parameters<StateRepo['commit']>[2]) => {
        const changed = new Map(change.files)
        tamper(changed)
        return target.commit(head, { ...change, files: changed }, by)
      }
    },
  })
  const committer = { repo: tampering, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }
  return intervene(committer, wanted, 'because')
}

const commit = async ({ repo, clock }: TestCompetition, changes: Record<string, string | null>) =>
  repo.commit(
    await repo.head(),
    { files: new Map(Object.entries(changes)), message: 'by hand', trailers: {} },
    { ...BY, at: clock.now() },
  )

async function found(game: TestCompetition, checks = [interventions()]): Promise<readonly Finding[]> {
  await using history = await openHistory(`${game.dir}/state.git`)
  return (await verify(history, { checks })).findings
}
const codes = (findings: readonly Finding[]) => [...new Set(findings.map(({ code }) => code))].sort()

/** Changes a record that is about to be written. */
const withRecord = (change: (record: Record<string, unknown>) => object) => (changed: Files) => {
  const path = [...changed.keys()].find((each) => each.startsWith('interventions/')) ?? ''
  changed.set(path, JSON.stringify(change(JSON.parse(String(changed.get(path)))), null, 2))
}

describe('acts as the rules have them', () => {
  it('are noted, each with who and why, and nothing is wrong', async () => {
    const game = await finalizing()
    for (const wanted of [{ kind: 'note' }, { kind: 'pause' }, redo, { kind: 'resume' }, { kind: 'void' }] as const)
      await act(game, wanted)
    const all = await found(game)
    expect(codes(all)).toEqual(['intervention/act'])
    expect(all.map(({ severity }) => severity)).toEqual(Array(5).fill('note'))
    expect(all[2]).toMatchObject({
      path: 'interventions/0003.json',
      message:
        'A person acted, on record: redo duels of round 0, attempt 2, by Test Engine <engine@roundkeeper.test>. Reason: because (Already known: 5goodxxxxx… had won.)',
    })
  })
})

describe('an act that does something else', () => {
  const matrix = files.matrix.path(0)
  const archived = 'rounds/0/attempts/1/matches_matrix.csv'
  it.each<[string, string, (changed: Files) => void]>([
    ['changes a file that it puts away', archived, (all) => all.set(archived, 'left,right,margin')],
    ['loses a file that it should put away', archived, (all) => all.delete(archived)],
    ['leaves a file where it was', matrix, (all) => all.delete(matrix)],
    ['touches another file', 'rounds/0/seed.json', (all) => all.set('rounds/0/seed.json', '{"seed": 5}')],
    ['goes to another stage', 'state.json', (all) => all.set('state.json', '{"current_round": 0, "stage": "open"}')],
    ['does not move the state', 'state.json', (all) => all.delete('state.json')],
  ])('%s: it is found', async (_name, path, tamper) => {
    const game = await finalizing()
    await act(game, redo, tamper)
    const all = await found(game)
    expect(codes(all)).toEqual(['intervention/contents'])
    const what = `${path} is not as it follows from it`
    expect(all).toContainEqual({
      code: 'intervention/contents',
      severity: 'error',
      commit: await game.repo.head(),
      path,
      round: 0,
      message: `The act recorded in interventions/0001.json does not hold: ${what}.`,
    })
  })

  it.each<[string, string, (record: Record<string, unknown>) => object]>([
    ['another round', 'contents', (record) => ({ ...record, round: 7 })],
    ['another attempt', 'contents', (record) => ({ ...record, attempt: 5 })],
    ['fewer files', 'contents', (record) => ({ ...record, archived: [] })],
    ['another stage to begin from', 'contents', (record) => ({ ...record, from: 'duels' })],
    ['another kind', 'contents', (record) => ({ ...record, kind: 'note' })],
    ['a kind that nobody knows', 'unreadable', (record) => ({ ...record, kind: 'crown' })],
    ['a kind that could not be', 'impossible', (record) => ({ ...record, kind: 'resume' })],
    ['nothing at all', 'unreadable', () => ({})],
  ])('tells of %s: it is found', async (_name, code, change) => {
    const game = await finalizing()
    await act(game, redo, withRecord(change))
    expect(codes(await found(game))).toEqual([`intervention/${code}`])
  })

  it.each<[string, (text: string) => string | null]>([
    ['names a winner of its own', (text) => text.replace('"leader"', '"5Mallory"')],
    ['names none', () => null],
  ])('%s: it is found', async (_name, forge) => {
    const game = await finalizing()
    const winner = files.winner.path(0)
    await act(game, { kind: 'void' }, (all) => all.set(winner, forge(String(all.get(winner)))))
    expect(await found(game)).toMatchObject([{ code: 'intervention/contents', path: winner }])
  })
})

describe('the records of acts', () => {
  it('are numbered one after another, one in a commit', async () => {
    const game = await finalizing()
    const { record } = await act(game, { kind: 'note' })
    const text = files.intervention.serialise(record)
    await commit(game, { 'interventions/0003.json': text })
    await commit(game, { 'interventions/0004.json': text, 'interventions/0005.json': text })
    const all = (await found(game)).filter(({ severity }) => severity === 'error')
    expect(all.map(({ code, path }) => [code, path])).toEqual([
      ['intervention/sequence', 'interventions/0003.json'],
      ['intervention/contents', 'interventions/0005.json'],
    ])
  })

  it('stay as they were written', async () => {
    const game = await finalizing()
    const { record } = await act(game, { kind: 'note' })
    await commit(game, { 'interventions/0001.json': files.intervention.serialise({ ...record, reason: 'another' }) })
    await commit(game, { 'interventions/0001.json': null })
    const all = (await found(game)).filter(({ severity }) => severity === 'error')
    expect(all.map(({ message }) => message.split(':')[0])).toEqual([
      'interventions/0001.json was changed',
      'interventions/0001.json was removed',
    ])
  })
})

describe('an edit by hand that a person stands for', () => {
  const complaint = (path: string, code: string) => ({
    name: 'a complaint',
    step: ({ changed }: { changed: readonly { path: string }[] }, report: { finding: CallableFunction }) => {
      if (changed.some((each) => each.path === path)) report.finding(code, path, 'Wrong.', { severity: 'error' })
    },
  })

  it('is explained, by whom and why; decisions, signatures and acts speak for themselves', async () => {
    const game = await finalizing()
    const edited = await commit(game, { 'rounds/0/notes.txt': 'x' })
    const check = (code: string) => complaint('rounds/0/notes.txt', code)
    expect(await found(game, [check('stage/by-hand')])).toMatchObject([{ severity: 'error' }])
    const { path } = await act(game, { kind: 'adopt', commit: edited })
    expect(await found(game, [check('stage/by-hand')])).toMatchObject([
      {
        severity: 'note',
        commit: edited,
        message: `Wrong. Adopted by Test Engine <engine@roundkeeper.test> in ${path}: because`,
      },
    ])
    for (const code of ['decision/winner', 'signature/missing', 'intervention/changed'])
      expect(await found(game, [check(code)])).toMatchObject([{ severity: 'error', message: 'Wrong.' }])
  })

  it('is that commit, and those files, and no others', async () => {
    const game = await finalizing()
    const first = await commit(game, { 'rounds/0/notes.txt': 'x' })
    await commit(game, { 'rounds/0/notes.txt': 'y', 'rounds/0/more.txt': 'y' })
    await act(game, { kind: 'adopt', commit: first })
    const all = await found(game, [
      complaint('rounds/0/notes.txt', 'stage/by-hand'),
      complaint('rounds/0/more.txt', 'file/unknown'),
    ])
    expect(all.map(({ path, severity }) => [path, severity])).toEqual([
      ['rounds/0/notes.txt', 'note'],
      ['rounds/0/notes.txt', 'error'],
      ['rounds/0/more.txt', 'error'],
    ])
  })
})
