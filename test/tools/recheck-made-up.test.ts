import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runDemo } from '../../src/demo/demo.ts'
import { Snapshot } from '../../src/engine/snapshot.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { files } from '../../src/state/index.ts'
import fc from '../support/properties.ts'
import { agreeOn } from './agree.ts'
import { answersOf, ourAnswers } from './answers.ts'
import { madeUp, recordOf } from './made-up.ts'
import { oneCommit } from './one-commit.ts'
import { hasPython, recheck } from './recheck.ts'
import { writeAll } from './write-all.ts'

const present = hasPython()

describe.skipIf(!present)('two opinions on the demo', () => {
  it('are one', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-recheck-'))
    try {
      const scale = { rounds: 2, pool: 12, prompts: 4, carryover: 1, previewSize: 32 }
      const signal = new AbortController().signal
      const { repo } = await runDemo({
        dir,
        seed: 3,
        artifact: 'glb',
        scale,
        chain: 'clock',
        renderer: new CpuRenderer(),
        signal,
        onEvent: () => undefined,
      })
      const second = await agreeOn(await BareRepo.open(repo, { branch: 'main' }), repo)
      expect(second.rounds).toHaveLength(2)
      expect(second.rounds[0]?.matches.length).toBeGreaterThan(2)
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
  })
})

/** The record with the winners that our rules give, where they give one: the crown follows from them. */
async function withWinners(record: Map<string, string>): Promise<Map<string, string>> {
  const repo = oneCommit(record)
  const snapshot = new Snapshot(repo, await repo.head())
  const whole = new Map(record)
  for (const { round, winner } of (await ourAnswers(repo)).rounds) {
    if (winner === null) continue
    const entry = (await snapshot.read(files.submissions, round))[winner]
    const code = { repo: entry?.repo ?? '', commit: entry?.commit ?? '', docker_image: 'some image' }
    whole.set(files.winner.path(round), files.winner.serialise({ winner_hotkey: winner, ...code }))
  }
  return whole
}

describe.skipIf(!present)('two opinions on records that chance made up', () => {
  it('are one about every margin, succession, winner and weight', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-recheck-'))
    const told = { winners: 0, crowns: 0 }
    try {
      for (const [i, made] of fc.sample(madeUp, { seed: 20260301, numRuns: 20 }).entries()) {
        const record = await withWinners(recordOf(made))
        const ours = await ourAnswers(oneCommit(record))
        const folder = join(dir, String(i))
        await writeAll(folder, record)
        const second = answersOf(await recheck(folder))
        expect(second.rounds, `record ${i}`).toEqual(ours.rounds)
        const winners = ours.rounds.filter(({ winner }) => winner !== null).length
        told.winners += winners
        if (winners < ours.rounds.length) continue
        told.crowns += 1
        expect(second.leaders, `record ${i}`).toEqual(ours.leaders)
      }
    } finally {
      await rm(dir, { recursive: true, force: true })
    }
    expect(told.winners).toBeGreaterThan(25)
    expect(told.crowns).toBeGreaterThan(7)
  })
})
