// The collector and a chain full of poison: it always ends, and what it commits can be read back and checked.
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Chain, Reveal } from '../../src/chain/chain.ts'
import { InProcessPool } from '../../src/engine/in-process-pool.ts'
import type { Context, Round } from '../../src/engine/owner.ts'
import { generation3d } from '../../src/formats/generation-3d/index.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import { files, type Reveals, type Submissions } from '../../src/state/index.ts'
import { verify } from '../../src/verify/verify.ts'
import { closeWindow } from '../../stages/collector/open.ts'
import { competition, everyRound, hotkeyOf, miner, type TestCompetition, testConfig } from '../support/competition.ts'
import { fakePorts } from '../support/fake-ports.ts'
import { poisonHotkey, poisonText } from '../support/poison.ts'
import fc from '../support/properties.ts'

const base = miner('base', 1)
const honest = [miner('honest1', 3), miner('honest2', 4)]
const oneRound = testConfig({ last_competition_date: '2026-03-01' })

/** What the collector would commit now, if these were the reveals of the chain and these its registrations. */
async function collected(game: TestCompetition, says: Partial<Chain>) {
  const { chain } = game
  const snapshot = await game.now()
  const [state, config] = [await snapshot.read(files.state), await snapshot.read(files.config)]
  const round: Round = { number: state.current_round, state, config, snapshot }
  const context: Context = {
    chain: {
      network: 'poisoned',
      head: () => chain.head(),
      block: (number) => chain.block(number),
      reveals: (netuid, block) => chain.reveals(netuid, block),
      registrations: () => chain.registrations(),
      randomness: (source) => chain.randomness(source),
      ...says,
    },
    clock: game.clock,
    pool: new InProcessPool(2),
    format: generation3d({ store: game.store, ...fakePorts([base, ...honest]) }),
    signal: new AbortController().signal,
    progress: () => undefined,
  }
  const texts = new Map<string, string>()
  for await (const change of closeWindow(round, context))
    for (const [path, text] of change.files) texts.set(path, Buffer.from(text as string).toString('utf8'))
  const parsed = <T>(file: { path(round: number): string; parse(text: string, path: string): T }) =>
    file.parse(texts.get(file.path(round.number)) ?? '', file.path(round.number))
  return { submissions: parsed<Submissions>(files.submissions), reveals: parsed<Reveals>(files.reveals) }
}

describe('poison on the chain', () => {
  it('never stops the collector, whose files can be read, and leaves the honest as they are', async () => {
    await using game = await competition({ config: oneRound, leader: base, miners: honest })
    const { latest_reveal_block: latest } = await (await game.now()).read(files.schedule, 0)
    const head = (await game.chain.head()).number
    for (const [i, each] of honest.entries()) await game.enter(each, head + 1 + 3 * i)
    game.clock.advance((latest - head + 5) * 12_000)
    const own = await game.chain.reveals(17, latest)
    const alone = await collected(game, {})
    expect(Object.keys(alone.submissions)).toEqual(honest.map(({ hotkey }) => hotkey))

    const poison = fc.array(
      fc.record({ hotkey: poisonHotkey, block: fc.integer({ min: head + 8, max: latest + 2 }), text: poisonText }),
      { maxLength: 30 },
    )
    const nobody = fc.constantFrom(undefined, new Map(honest.map(({ hotkey }) => [hotkey, 1])))
    await fc.assert(
      fc.asyncProperty(poison, nobody, async (list: Reveal[], registered) => {
        const chain = { reveals: async () => [...list, ...own], registrations: async () => registered }
        const { submissions, reveals } = await collected(game, chain)
        for (const { hotkey } of honest) expect(submissions[hotkey]).toEqual(alone.submissions[hotkey])
        for (const { outcome, reason_code } of reveals.hotkeys)
          expect(reason_code === undefined).toBe(outcome === 'accepted')
        if (registered !== undefined) expect(Object.keys(submissions)).toHaveLength(honest.length)
      }),
      { numRuns: 60 },
    )
  })

  it('is on record with its reasons in a competition that goes on, and is proved', async () => {
    await using game = await competition({
      config: oneRound,
      leader: base,
      miners: honest,
      before: async (self) => {
        await everyRound(...honest)(self)
        const { number } = await self.chain.head()
        if (number > 400) return
        const [texts, names] = [
          fc.sample(poisonText, { numRuns: 60, seed: 7 }),
          fc.sample(poisonHotkey, { numRuns: 60, seed: 7 }),
        ]
        for (const [i, text] of texts.entries()) await self.chain.reveal(names[i] ?? '', text, number + 20 + i)
        for (let i = 0; i < 2000; i++)
          await self.chain.reveal(hotkeyOf(`evil${i % 100}`), `${i}`, number + 20 + (i % 200))
      },
    })
    expect((await game.play()).status).toBe('finished')
    const { hotkeys } = await (await game.now()).read(files.reveals, 0)
    expect(hotkeys.length).toBeGreaterThan(100)
    expect(hotkeys.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(2)
    expect(hotkeys.every(({ outcome, reason_code }) => (outcome === 'accepted') === (reason_code === undefined))).toBe(
      true,
    )
    await using history = await openHistory(join(game.dir, 'state.git'))
    const { findings, decisions } = await verify(history)
    expect(findings.filter(({ severity }) => severity !== 'note')).toEqual([])
    expect(decisions.filter(({ level }) => level !== 'proved')).toEqual([])
  })
})
