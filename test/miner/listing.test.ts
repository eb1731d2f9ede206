import { describe, expect, it } from 'vitest'
import { revealSchema } from '../../src/formats/generation-3d/reveal.ts'
import { listEntries } from '../../src/miner/listing.ts'
import { files } from '../../src/state/index.ts'
import { FAKE_NETUID } from '../support/fake-bittensor.ts'
import { benchOf, competitionOf, HASH, keyOf, OTHER_HASH, ROUND } from './miner.ts'

const THIRD_HASH = 'c'.repeat(40)
const commit = (hash = HASH) => `{"commit": "${hash}"}`

function listing(changes: Partial<Parameters<typeof listEntries>[0]> = {}, number = 1150) {
  const { fake } = benchOf({}, number)
  const documents = competitionOf('open', {
    [files.schedule.path(ROUND - 1)]: files.schedule.serialise({
      earliest_reveal_block: 900,
      latest_reveal_block: 999,
    }),
  })
  const list = () => listEntries({ documents, chain: async () => fake, netuid: FAKE_NETUID, ...changes })
  return { fake, list }
}

describe('the list of a round', () => {
  it('is that of the window, by the block of the commit, whoever is registered still', async () => {
    const { fake, list } = listing()
    fake.register('b', { coldkey: 'cold' })
    fake.reveal('a', commit(), 1050)
    fake.reveal('b', commit(), 1020)
    fake.reveal('b', '{"repo": "u/r", "cdn_url": "https://c"}', 1021)
    fake.reveal('c', commit(), 990)
    fake.reveal('d', '1', 1020)
    const { round, entries } = await list()
    expect(round).toBe(ROUND)
    expect(entries).toEqual([
      {
        hotkey: 'b',
        commit: { value: HASH, block: 1020 },
        repo: { value: 'u/r', block: 1021 },
        cdn_url: { value: 'https://c', block: 1021 },
        uid: 1,
      },
      { hotkey: 'a', commit: { value: HASH, block: 1050 }, uid: null },
    ])
  })

  it('pairs hash and place as the collector of v1 does, where that is asked for', async () => {
    const { fake, list } = listing({ schema: revealSchema })
    const [entered, again, half] = [8, 9, 10].map((byte) => keyOf(byte).address)
    const place = '{"repo": "u/r", "cdn_url": "https://c"}'
    for (const hotkey of [entered, again, half]) fake.register(hotkey!)
    fake.reveal(half!, commit(), 1010)
    fake.reveal(again!, commit(), 1020)
    fake.reveal(again!, place, 1021)
    // Nothing says where the newer code is: the older entry stands.
    fake.reveal(again!, commit(OTHER_HASH), 1022)
    fake.reveal(entered!, commit(THIRD_HASH), 1015)
    fake.reveal(entered!, place, 1016)
    fake.reveal(entered!, place, 1030)
    const located = (block: number) => ({ repo: { value: 'u/r', block }, cdn_url: { value: 'https://c/', block } })
    const { entries } = await list()
    expect(entries).toEqual([
      {
        hotkey: entered,
        commit: { value: THIRD_HASH, block: 1015 },
        ...located(1030),
        uid: expect.any(Number),
        outcome: 'accepted',
        reason: '',
      },
      {
        hotkey: again,
        commit: { value: HASH, block: 1020 },
        ...located(1021),
        uid: expect.any(Number),
        outcome: 'accepted',
        reason: '',
      },
      {
        hotkey: half,
        commit: { value: HASH, block: 1010 },
        uid: expect.any(Number),
        outcome: 'incomplete',
        reason: expect.stringContaining('not revealed after the commit of block 1010'),
      },
    ])
    // The original's rule: for each field the newest value.
    const plain = await listing().list()
    expect(plain.entries.every(({ outcome }) => outcome === undefined)).toBe(true)
  })

  it('is what the record says once the window has closed, whoever is registered by now', async () => {
    const hotkey = keyOf(8).address
    const text = `{"commit": "${HASH}", "repo": "u/r"}`
    const submission = {
      commit: HASH,
      repo: 'u/r',
      cdn_url: 'https://c',
      revealed_at_block: 1020,
      round: `tiny-${ROUND}`,
    }
    const record = { hotkey, outcome: 'accepted' as const, reason: '', reveals: [{ block: 1021, text }] }
    const documents = competitionOf('open', {
      [files.submissions.path(ROUND)]: files.submissions.serialise({ [hotkey]: submission }),
      [files.reveals.path(ROUND)]: files.reveals.serialise({
        read_at_block: 1100,
        block_hash: '0x',
        hotkeys: [record],
      }),
    })
    const { fake, list } = listing({ schema: revealSchema, documents })
    fake.reveal(hotkey, commit(OTHER_HASH), 1030)
    expect((await list()).entries).toEqual([
      {
        hotkey,
        commit: { value: HASH, block: 1020 },
        repo: { value: 'u/r', block: 1021 },
        cdn_url: { value: 'https://c', block: 1020 },
        uid: null,
        outcome: 'accepted',
        reason: '',
      },
    ])
  })

  it('can be that of the round before, and of the next one', async () => {
    for (const [round, block] of [
      [ROUND - 1, 990],
      [ROUND + 1, 1101],
    ] as const) {
      const { fake, list } = listing({ round })
      fake.reveal('a', commit(), 1050)
      fake.reveal('b', commit(), block)
      expect((await list()).entries.map(({ hotkey }) => hotkey)).toEqual(['b'])
    }
    await expect(listing({ round: ROUND + 2 }).list()).rejects.toThrow(
      `Round ${ROUND + 2} is not yet revealed. Next round is ${ROUND + 1}.`,
    )
    await expect(listing({ round: 1 }).list()).rejects.toThrow(
      /^Failed to fetch schedule: Failed to fetch schedule.json/,
    )
  })

  it('says what is locked: a coldkey has to lock for each hotkey that submits', async () => {
    const { fake, list } = listing({ requiredLock: 100 })
    for (const hotkey of ['a', 'b', 'c']) fake.reveal(hotkey, commit(), 1050)
    for (const hotkey of ['a', 'b', 'not submitting']) fake.owners.set(hotkey, 'cold')
    fake.locks.set('cold', 199_500_000_000n)
    const lock = { coldkey: 'cold', locked: 199.5, required: 200, sufficient: false }
    expect((await list()).entries.map((entry) => entry.lock)).toEqual([lock, lock, undefined])
    fake.locks.set('cold', 200_000_000_000n)
    expect((await list()).entries[0]?.lock?.sufficient).toBe(true)
  })
})
