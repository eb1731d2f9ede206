import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Snapshot } from '../../src/engine/snapshot.ts'
import { files } from '../../src/state/index.ts'
import type { Replay } from '../../src/verify/replay.ts'
import { BY, competition, everyRound, miner, type TestCompetition } from '../support/competition.ts'
import { roundkeeper } from '../support/in-process-cli.ts'

const bundle = fileURLToPath(new URL('../../../shared/data/mesh-rounds-0-1.bundle', import.meta.url))
const base = miner('base', 1)
const good = miner('good', 3)

describe('replay of a competition without any round', () => {
  it('says so, and is no error; a round that is not on record is one', async () => {
    await using game = await competition({ leader: base })
    const source = join(game.dir, 'state.git')
    const text = await roundkeeper('replay', source)
    expect(text).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^tiny at .*\nNo round has been decided yet\.\n$/),
    })
    const json = await roundkeeper('replay', source, '--json')
    expect(json.code).toBe(0)
    expect(JSON.parse(json.stdout)).toMatchObject({ rounds: [], summary: { differ: 0, unknown: 0 } })
    expect((await roundkeeper('replay', source, '--round', '0')).code).toBe(1)
  })
})

describe('replay', () => {
  let game: TestCompetition
  let honest: Snapshot
  let source = ''

  beforeAll(async () => {
    game = await competition({ leader: base, miners: [good], before: everyRound(good) })
    expect((await game.play()).status).toBe('finished')
    honest = await game.now()
    source = join(game.dir, 'state.git')
  })
  afterAll(() => game[Symbol.asyncDispose]())

  const commit = async (path: string, text: string | null) =>
    game.repo.commit(
      await game.repo.head(),
      { files: new Map([[path, text]]), message: `Edit ${path}`, trailers: {} },
      { ...BY, at: game.clock.now() },
    )

  /** What is printed, and as data, while a file says something else. */
  async function forged(path: string, text: string | null) {
    await commit(path, text)
    try {
      const { code, stdout } = await roundkeeper('replay', source)
      const json = await roundkeeper('replay', source, '--json')
      expect(json.code).toBe(code)
      return { code, stdout, last: stdout.trim().split('\n').at(-1), data: JSON.parse(json.stdout) as Replay }
    } finally {
      await commit(path, (await honest.text(path)) ?? null)
    }
  }

  it('ends with how many comparisons are equal, and with 0 when nothing differs', async () => {
    const { code, stdout } = await roundkeeper('replay', source)
    expect(code).toBe(0)
    expect(stdout).toMatch(/\n\d+ of \d+ comparisons equal, 0 differ, 1 unknown\n$/)
    // Unknown is when a round after the last one would have been.
    const { crown, summary } = JSON.parse((await roundkeeper('replay', source, '--json')).stdout) as Replay
    expect(crown?.equal).toBe(true)
    expect(summary.compared).toBe(summary.equal + summary.differ + summary.unknown)
  })

  it('names the field in which a record differs, and ends with 5', async () => {
    const winner = await honest.read(files.winner, 0)
    const text = files.winner.serialise({ ...winner, repo: 'evil/x' })
    const { code, stdout, last, data } = await forged(files.winner.path(0), text)
    expect(code).toBe(5)
    expect(stdout).toContain('repo evil/x instead of good/model')
    expect(last).toMatch(/^\d+ of \d+ comparisons equal, 1 differs, 1 unknown: round 0 winner$/)
    expect(data.summary.differ).toBe(1)
    expect(data.rounds[0]?.winner.differences).toEqual(['repo evil/x instead of good/model'])
  })

  it('names the score of a match', async () => {
    const report = await honest.read(files.duels, 0, 'leader', good.hotkey)
    const text = files.duels.serialise({ ...report, score: 1 })
    const { code, stdout } = await forged(files.duels.path(0, 'leader', good.hotkey), text)
    expect(code).toBe(5)
    expect(stdout).toContain('report score 1 instead of 4')
  })

  it('says where the list of leaders leaves the rounds', async () => {
    const leaders = await honest.read(files.leader)
    const last = leaders.at(-1)!
    const more = { ...last, hotkey: base.hotkey, effective_block: last.effective_block + 1 }
    const { code, stdout, last: line } = await forged('leader.json', files.leader.serialise([...leaders, more]))
    expect(code).toBe(5)
    expect(stdout).toContain(
      `${leaders.length + 1} instead of ${leaders.length}; #${leaders.length + 1} hotkey ${base.hotkey}`,
    )
    expect(line).toMatch(/crown$/)
  })

  it('names a round that is missing', async () => {
    const { code, stdout } = await forged(files.submissions.path(1), null)
    expect(code).toBe(5)
    expect(stdout).toContain('round 1 is missing')
  })
})

it.skipIf(!existsSync(bundle))(
  'replay calls one audit more than needed ok, not equal, in a real competition',
  async () => {
    const { code, stdout } = await roundkeeper('replay', bundle)
    expect(code).toBe(0)
    expect(stdout).toMatch(/audits required +5GgVxYJS3R +none +ok +asked for without need: 5GgVxYJS3R/)
    expect(stdout).toMatch(/crown +3 entries +3 entries +equal/)
  },
)
