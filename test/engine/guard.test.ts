import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { guard } from '../../src/engine/guard.ts'
import { intervene, type Wanted } from '../../src/engine/intervene.ts'
import type { StateRepo } from '../../src/repo/state-repo.ts'
import { files } from '../../src/state/index.ts'
import { BY, competition, everyRound, miner, type TestCompetition } from '../support/competition.ts'

const base = miner('base', 1)
const good = miner('good', 3)
const games: TestCompetition[] = []
afterEach(async () => {
  for (const game of games.splice(0)) await game[Symbol.asyncDispose]()
})

async function started(): Promise<TestCompetition> {
  const game = await competition({ leader: base, miners: [good], before: everyRound(good) })
  games.push(game)
  await game.play((report) => report.stage === 'miner_generation')
  return game
}

/** Somebody edits files by hand: new texts by path, null to remove. */
const edit = async ({ repo, clock }: TestCompetition, changes: Record<string, string | null>, message = 'by hand') =>
  repo.commit(
    await repo.head(),
    { files: new Map(Object.entries(changes)), message, trailers: {} },
    { ...BY, at: clock.now() },
  )
const act = ({ repo, clock }: TestCompetition, wanted: Wanted, reason = 'because') =>
  intervene({ repo, clock, by: BY, run: 'test', engine: 'test', commitEveryMs: 0 }, wanted, reason)
const look = async ({ repo }: TestCompetition) => guard(repo, await repo.head())

describe('an engine', () => {
  it('refuses to build on an edit of its files, names commit and paths, and says what to do', async () => {
    const game = await started()
    const commit = await edit(game, {
      'rounds/0/seed.json': '{"seed": 5}',
      'rounds/0/notes.txt': 'x',
      'README.md': 'x',
    })
    const report = await game.tick()
    expect(report).toMatchObject({ status: 'failed', commits: [] })
    expect(report.errors[0]).toMatchObject({
      code: 'refused',
      retryable: false,
      message: expect.stringContaining(`${commit} changed rounds/0/notes.txt, rounds/0/seed.json`),
      hint:
        `Stand for it: roundkeeper intervene adopt ${commit.slice(0, 10)} --reason "…". ` +
        `Or undo it in a clone and push: git revert ${commit.slice(0, 10)}`,
    })
    expect(await game.repo.head()).toBe(commit)
  })

  it('looks once where the head is its own', async () => {
    const game = await started()
    let steps = 0
    const counted = new Proxy(game.repo, {
      get(target, key) {
        if (key !== 'log') return () => expect.fail(`${String(key)} was asked for`)
        return async function* (head: string) {
          for await (const commit of target.log(head)) {
            steps += 1
            yield commit
          }
        }
      },
    })
    await guard(counted, await game.repo.head())
    expect(steps).toBe(1)
  })

  it('does not mind what is a person’s own, before or after an edit that was undone', async () => {
    const game = await started()
    const seed = await (await game.now()).text('rounds/0/seed.json')
    await edit(game, { 'rounds/0/source_audit.json': '[]', 'policy/paths.json': '{}', 'notes/today.md': 'x' })
    await edit(game, { 'rounds/0/seed.json': null })
    await expect(look(game)).rejects.toMatchObject({ code: 'refused' })
    await edit(game, { 'rounds/0/seed.json': seed ?? '' })
    await edit(game, { 'config.json': `${await (await game.now()).text('config.json')}\n` })
    await look(game)
    expect(await game.tick()).toMatchObject({ status: 'idle', errors: [] })
  })

  it('goes on after a revert by git', async () => {
    const game = await started()
    const commit = await edit(game, { 'state.json': '{"current_round": 0, "stage": "duels"}' })
    expect((await game.tick()).errors[0]).toMatchObject({ message: expect.stringContaining('changed state.json') })
    const work = join(game.dir, 'work')
    execFileSync('git', ['clone', '-q', join(game.dir, 'state.git'), work])
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', work, '-c', 'user.name=P', '-c', 'user.email=p@x.test', ...args])
    git('revert', '--no-edit', commit)
    git('push', '-q', 'origin', 'HEAD:main')
    expect(await game.tick()).toMatchObject({ status: 'idle', errors: [] })
  })

  it('is not told by an act that comes after the edit, whatever it is', async () => {
    const game = await started()
    const commit = await edit(game, { 'rounds/0/seed.json': '{"seed": 5}' })
    await act(game, { kind: 'note' })
    await act(game, { kind: 'pause' })
    await expect(act(game, { kind: 'resume' })).rejects.toMatchObject({ code: 'refused' })
    await act(game, { kind: 'adopt', commit: commit.slice(0, 7) })
    await act(game, { kind: 'resume' })
    expect(await game.tick()).toMatchObject({ status: 'idle', errors: [] })
  })

  it('judges edits between two acts by themselves', async () => {
    const game = await started()
    const state = (await (await game.now()).text('state.json')) ?? ''
    await edit(game, { 'state.json': `${state}\n` })
    await edit(game, { 'state.json': state })
    await act(game, { kind: 'pause' })
    await edit(game, { 'config.json': `${await (await game.now()).text('config.json')}\n` })
    await look(game)
    await act(game, { kind: 'resume' })
    await look(game)
  })

  it('demands that somebody stands for every single edit', async () => {
    const game = await started()
    const first = await edit(game, { 'leader.json': '[]' })
    const second = await edit(game, { 'leader.json': '[\n]', 'rounds/0/builds.json': '{}' })
    await act(game, { kind: 'adopt', commit: second })
    await expect(look(game)).rejects.toMatchObject({ where: first.slice(0, 10) })
    await act(game, { kind: 'adopt', commit: first })
    await look(game)
    const now = await game.now()
    expect(await now.read(files.intervention, 2)).toMatchObject({
      kind: 'adopt',
      commit: first,
      paths: ['leader.json'],
    })
    await edit(game, { 'leader.json': '[\n\n]' })
    await expect(look(game)).rejects.toMatchObject({ code: 'refused' })
  })

  it('takes nobody’s word for an act: only what the rule makes of the record is one', async () => {
    const game = await started()
    const pause = await act(game, { kind: 'pause' })
    await act(game, { kind: 'resume' })
    const text = files.intervention.serialise({ ...pause.record })
    const head = await game.repo.head()
    const trailers = { Owner: 'human', Engine: 'roundkeeper/test' }
    const changes = new Map([
      ['interventions/0003.json', text],
      ['rounds/0/seed.json', '{"seed": 5}'],
    ])
    await game.repo.commit(head, { files: changes, message: 'x', trailers }, { ...BY, at: game.clock.now() })
    await expect(look(game)).rejects.toMatchObject({ hint: expect.stringMatching(/^Undo it in a clone/) })
  })

  it('lets nobody change or remove the record of an act', async () => {
    const game = await started()
    await act(game, { kind: 'note' })
    const commit = await edit(game, { 'interventions/0001.json': null })
    await expect(look(game)).rejects.toMatchObject({ hint: expect.not.stringContaining('adopt') })
    await expect(act(game, { kind: 'adopt', commit })).rejects.toMatchObject({ code: 'usage' })
  })

  it('leaves a history alone in which no engine ever acted', async () => {
    const game = await competition({ leader: base })
    games.push(game)
    await edit(game, { 'rounds/0/x.txt': 'by its founder' })
    await look(game)
    expect((await game.tick()).errors).toEqual([])
  })

  it('and another one at once come to an end as one, and both stop at an edit', async () => {
    const game = await started()
    game.clock.advance(2 * 3_600_000)
    let edited = ''
    const busy: StateRepo = new Proxy(game.repo, {
      get(target, key) {
        const member = Reflect.get(target, key)
        if (key !== 'commit') return typeof member === 'function' ? member.bind(target) : member
        return async (...args: Parameters<StateRepo['commit']>) => {
          if (edited === '') edited = await edit(game, { 'rounds/0/notes.txt': 'in between' })
          return target.commit(...args)
        }
      },
    })
    const reports = await Promise.all([game.tick({ repo: busy }), game.tick({ repo: busy })])
    for (const { status, errors } of reports) {
      expect(status).toBe('failed')
      expect(errors[0]).toMatchObject({ message: expect.stringContaining(edited) })
    }
    await act(game, { kind: 'adopt', commit: edited })
    const both = await Promise.all([game.tick(), game.tick()])
    expect(both.every(({ round, errors }) => round === 1 && errors.length === 0)).toBe(true)
  })
})

describe('adopting', () => {
  it('is for edits of the engine’s files by hand, by an id that names one', async () => {
    const game = await started()
    const commits: string[] = []
    for await (const { oid } of game.repo.log(await game.repo.head())) commits.push(oid)
    const [made = '', root = ''] = [commits[0], commits.at(-1)]
    const mine = await edit(game, { 'README.md': 'x' })
    for (const [commit, says] of [
      [made, 'the engine made it'],
      [root, 'founding'],
      [mine, 'changes nothing of the engine’s'],
      ['HEAD', 'no id'],
      ['abc', 'no id'],
    ] as const)
      await expect(act(game, { kind: 'adopt', commit })).rejects.toMatchObject({
        message: expect.stringContaining(says),
      })
    const nowhere = { kind: 'adopt', commit: '0'.repeat(40) } as const
    await expect(act(game, nowhere)).rejects.toMatchObject({ code: 'not-found' })
  })
})
