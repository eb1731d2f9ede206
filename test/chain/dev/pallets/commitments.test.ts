import { beforeEach, describe, expect, it } from 'vitest'
import { devKeypair } from '../../../../src/chain/dev/dev-keys.ts'
import { encodePayload } from '../../../../src/chain/reveal-payload.ts'
import { encrypt } from '../../../../src/chain/timelock/timelock.ts'
import { alice, bob, eve, hexOf, NETUID, raw, type SmallWorld, smallWorld } from '../small-world.ts'

let world: SmallWorld
beforeEach(async () => {
  world = await smallWorld()
})

const set = (...fields: object[]) => world.call('Commitments.set_commitment', NETUID, { fields })
const held = (who = bob) => world.read('Commitments.CommitmentOf', NETUID, who.address) as Held | null
const revealed = (who = bob) =>
  ((world.read('Commitments.RevealedCommitments', NETUID, who.address) ?? []) as [string, number][]).map(
    ([payload, block]) => [Buffer.from(payload.slice(2), 'hex').toString(), block] as const,
  )
const space = (who = bob) => world.read('Commitments.UsedSpaceOf', NETUID, who.address)

interface Held {
  readonly block: number
  readonly info: { readonly fields: readonly object[] }
}

/** The chain's own round at the head, and so many later. */
const roundIn = (rounds: number) => Number(world.read('Drand.LastStoredRound')) + rounds

function timelock(text: string, round: number) {
  const { publicKey } = world.read('Drand.BeaconConfig') as { publicKey: string }
  const encrypted = encrypt(Buffer.from(text), { round, publicKey: publicKey.slice(2) })
  return { TimelockEncrypted: { encrypted: `0x${Buffer.from(encrypted).toString('hex')}`, revealRound: round } }
}

describe('set_commitment', () => {
  it('keeps what a registered hotkey commits, and says so', () => {
    const { error, events } = world.run(bob, set(raw('hello')))
    expect(error).toBeUndefined()
    expect(events).toEqual([['commitments.Commitment', NETUID, bob.address]])
    const block = world.node.head().number
    expect(held()).toEqual({ deposit: 0, block, info: { fields: [{ raw5: hexOf('hello') }] } })
    expect(world.read('Commitments.LastCommitment', NETUID, bob.address)).toBe(block)
  })

  it('has the old one overwritten, with nothing left of it', () => {
    world.run(bob, set(raw('first'), raw('second')))
    world.run(bob, set({ BigRaw: hexOf('x'.repeat(512)) }))
    expect(held()?.info.fields).toEqual([{ bigRaw: hexOf('x'.repeat(512)) }])
  })

  it('is only for hotkeys of the subnet', () => {
    expect(world.run(eve, set(raw('hello')))).toMatchObject({
      error: 'commitments.AccountNotAllowedCommit',
      events: [],
    })
    const elsewhere = world.call('Commitments.set_commitment', 18, { fields: [raw('hello')] })
    expect(world.run(bob, elsewhere).error).toBe('commitments.AccountNotAllowedCommit')
    expect(held(eve)).toBeNull()
  })

  it('needs neither funds nor an account', () => {
    const nobody = devKeypair('//Nobody')
    world.node.register(NETUID, nobody.address)
    world.node.produceBlocks(1)
    expect(world.run(nobody, set(raw('hello'))).error).toBeUndefined()
    expect(world.read('System.Account', nobody.address)).toMatchObject({ nonce: 1, providers: 0, data: { free: 0 } })
  })

  it('takes three fields and no more', () => {
    const field = raw('x')
    expect(world.run(bob, set(field, field, field)).error).toBeUndefined()
    expect(world.run(bob, set(field, field, field, field)).error).toBe('commitments.TooManyFieldsInCommitmentInfo')
    expect(held()?.info.fields).toHaveLength(3)
  })

  it('has so much space an epoch, of which the smallest takes 100 bytes', () => {
    for (let at = 0; at < 31; at++) expect(world.run(alice, set(raw('x'))).error).toBeUndefined()
    expect(world.run(alice, set(raw('x'))).error).toBe('commitments.SpaceLimitExceeded')
    expect(space(alice)).toEqual({ lastEpoch: 0, usedSpace: 3100 })
    // Another hotkey has its own.
    expect(world.run(bob, set({ BigRaw: hexOf('x'.repeat(299)) })).error).toBeUndefined()
    expect(space()).toEqual({ lastEpoch: 0, usedSpace: 299 })

    world.node.produceBlocks(360)
    expect(world.run(alice, set(raw('x'))).error).toBeUndefined()
    expect(space(alice)).toEqual({ lastEpoch: 1, usedSpace: 100 })
  })

  it('has as much space as root gives it', () => {
    expect(world.rule('Commitments.set_max_space', 150)).toEqual({ error: undefined, result: { ok: null } })
    expect(world.run(bob, set({ BigRaw: hexOf('x'.repeat(151)) })).error).toBe('commitments.SpaceLimitExceeded')
    expect(world.run(bob, world.call('Commitments.set_max_space', 9999)).error).toBe('badOrigin')
  })
})

describe('a timelock', () => {
  it('is opened in the first block that has its pulse', () => {
    const round = roundIn(10)
    const { events } = world.run(bob, set(timelock('secret', round)))
    expect(events).toEqual([['commitments.TimelockCommitment', NETUID, bob.address, round]])
    expect(world.read('Commitments.TimelockedIndex')).toEqual([[NETUID, bob.address]])

    while (roundIn(0) < round) {
      expect(revealed()).toEqual([])
      world.node.produceBlocks(1)
    }
    const block = world.node.head().number
    expect(revealed()).toEqual([['secret', block]])
    expect(world.eventsOf().map(({ name, values }) => [name, ...values])).toContainEqual([
      'commitments.CommitmentRevealed',
      NETUID,
      bob.address,
    ])
    expect(held()).toBeNull()
    expect(world.read('Commitments.TimelockedIndex')).toEqual([])
    // The state of the block before does not know of it.
    const before = world.node.hashOf(block - 1)!
    expect(world.readAt(before, 'Commitments.RevealedCommitments', NETUID, bob.address)).toBeNull()
    expect(world.readAt(before, 'Commitments.CommitmentOf', NETUID, bob.address)).not.toBeNull()
  })

  it('of a past round is opened in the next block', () => {
    world.node.produceBlocks(10)
    world.run(bob, set(timelock('late', 2)))
    expect(revealed()).toEqual([])
    world.node.produceBlocks(1)
    expect(revealed()).toEqual([['late', world.node.head().number]])
  })

  it('is lost without a word when it is overwritten', () => {
    world.run(bob, set(timelock('secret', roundIn(10))))
    world.run(bob, set(raw('plain')))
    expect(world.read('Commitments.TimelockedIndex')).toEqual([])
    world.node.produceBlocks(20)
    expect(revealed()).toEqual([])
    expect(held()?.info.fields).toEqual([{ raw5: hexOf('plain') }])
  })

  it('leaves the plain fields beside it where they are', () => {
    const round = roundIn(6)
    world.run(bob, set(raw('plain'), timelock('one', round), timelock('two', round)))
    const { block } = held()!
    world.node.produceBlocks(5)
    const [[, first] = [], [, second] = []] = revealed()
    expect(revealed().map(([text]) => text)).toEqual(['one', 'two'])
    expect(first).toBe(second)
    expect(held()).toEqual({ deposit: 0, block, info: { fields: [{ raw5: hexOf('plain') }] } })
  })

  it('stays while its round has not come, others of the same commitment are opened', () => {
    world.run(bob, set(timelock('soon', roundIn(5)), timelock('later', roundIn(25))))
    world.node.produceBlocks(3)
    expect(revealed().map(([text]) => text)).toEqual(['soon'])
    expect(held()?.info.fields).toHaveLength(1)
    world.node.produceBlocks(6)
    expect(revealed().map(([text]) => text)).toEqual(['soon', 'later'])
  })

  it('that nobody can open is dropped without a word', () => {
    const garbage = { TimelockEncrypted: { encrypted: hexOf('garbage'), revealRound: roundIn(4) } }
    world.run(bob, set(garbage, timelock('', roundIn(4)), timelock('of another round', roundIn(90))))
    const wrong = { ...timelock('wrong', roundIn(90)).TimelockEncrypted, revealRound: roundIn(4) }
    world.run(alice, set({ TimelockEncrypted: wrong }))
    world.node.produceBlocks(1)
    expect(world.eventsOf().map(({ name }) => name)).not.toContain('commitments.CommitmentRevealed')
    expect(held(alice)).toBeNull()
    expect(held()?.info.fields).toHaveLength(1)
    expect(revealed(alice)).toEqual([])
  })

  it('of a round that never comes stays for ever, and harms nobody', () => {
    const never = [0, '18446744073709551615', '9007199254740993']
    for (const revealRound of never) {
      const field = { TimelockEncrypted: { encrypted: hexOf('garbage'), revealRound } }
      expect(world.run(bob, set(field)).error).toBeUndefined()
      world.node.produceBlocks(3)
      expect(held()?.info.fields).toHaveLength(1)
    }
  })

  it('is one of the last ten that a hotkey has revealed', () => {
    const texts = Array.from({ length: 12 }, (_, at) => `text ${at}`)
    for (let at = 0; at < 12; at += 3) {
      world.run(bob, set(...texts.slice(at, at + 3).map((text) => timelock(text, 1))))
      world.node.produceBlocks(1)
    }
    expect(revealed().map(([text]) => text)).toEqual(texts.slice(-10))
  })

  it('reads as the text that a miner committed', () => {
    const payload = encodePayload('{"commit": "abc"}')
    const field = timelock(Buffer.from(payload).toString('latin1'), roundIn(4))
    world.run(bob, set(field))
    world.node.produceBlocks(1)
    const [[bytes] = ''] = world.read('Commitments.RevealedCommitments', NETUID, bob.address) as [string, number][]
    expect(bytes).toBe(`0x${Buffer.from(payload).toString('hex')}`)
  })
})
