// A seed that is made of a drand round is proved offline, by nothing but the key of its network.
import { describe, expect, it } from 'vitest'
import { beaconOf } from '../../src/chain/timelock/pulse.ts'
import type { Records } from '../../src/engine/records.ts'
import { digestOf } from '../../src/rules/digest.ts'
import { seedRecord } from '../../src/rules/seed.ts'
import { files, type Schedule, type Seed } from '../../src/state/index.ts'
import { replaySeed } from '../../src/verify/replay-opening.ts'
import { testConfig } from '../support/competition.ts'

/** Of quicknet, round 1000. */
const signature = 'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39'
const value = 'fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd'
const config = testConfig({ randomness: 'drand' })
const submissions = '{}'

function scheduleWith(chain: string): Schedule {
  const randomness = { kind: 'drand', chain, round: 1000 } as const
  return { earliest_reveal_block: 1, latest_reveal_block: 100, generation_deadline_block: 400, randomness }
}

function replayed(schedule: Schedule, changes: Partial<Seed> = {}) {
  const submissionsDigest = digestOf(submissions)
  const by = { config, round: 0, schedule, submissionsDigest, publishedAtBlock: 110 }
  const seed = { ...seedRecord({ ...by, value: { value, signature } }), ...changes }
  const texts = new Map([
    [files.schedule.path(0), files.schedule.serialise(schedule)],
    [files.seed.path(0), files.seed.serialise(seed)],
    [files.submissions.path(0), submissions],
  ])
  const records: Pick<Records, 'find' | 'text'> = {
    text: async (path) => texts.get(path),
    async find(file, ...args) {
      const path = file.path(...args)
      const text = texts.get(path)
      return text === undefined ? undefined : file.parse(text, path)
    },
  }
  return replaySeed(records as Records, config, 0)
}

describe('a seed of a drand round', () => {
  it('is proved by the signature that is on record, of the network that the schedule names', async () => {
    const compared = await replayed(scheduleWith('quicknet'))
    expect(compared.equal).toBe(true)
    expect(compared).not.toHaveProperty('believed')
  })

  it.each<[string, string, Partial<Seed>]>([
    ['another signature', 'quicknet', { signature: `a${signature.slice(1)}` }],
    ['no hex', 'quicknet', { signature: 'it is true' }],
    ['another value, from which the seed follows', 'quicknet', { value: 'ab'.repeat(32) }],
    ['another network', beaconOf('mine').publicKey, {}],
    ['no network at all', 'no such', {}],
  ])('is not proved by %s', async (_, chain, changes) => {
    const { equal, note } = await replayed(scheduleWith(chain), changes)
    expect({ equal, note }).toEqual({ equal: false, note: 'its randomness is not what the drand network signed' })
  })

  it('is to be believed where somebody holds the key of the network', async () => {
    const chain = beaconOf('mine')
    const pulse = chain.pulse(1000)
    const own = {
      value: Buffer.from(pulse.randomness).toString('hex'),
      signature: Buffer.from(pulse.signature).toString('hex'),
    }
    const schedule = scheduleWith(chain.publicKey)
    const by = { config, round: 0, schedule, submissionsDigest: digestOf(submissions), publishedAtBlock: 110 }
    const compared = await replayed(schedule, seedRecord({ ...by, value: own }))
    expect(compared).toMatchObject({ equal: true, believed: expect.stringContaining('not a public one') })
  })
})
