import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { entryOf } from '../../src/demo/entries.ts'
import { castOf, DEMO_ROUNDS, versionsOf } from '../../src/demo/miners.ts'

const cast = castOf('test')
const everybody = [cast.leader, ...cast.miners]
const named = (name: string) => everybody.find((miner) => miner.name === name)!
const WINDOW = { earliest: 100, latest: 140 }

const ALPHABET = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
function decodeBase58(text: string): Buffer {
  let value = 0n
  for (const letter of text) value = value * 58n + BigInt(ALPHABET.indexOf(letter))
  return Buffer.from(value.toString(16).padStart(70, '0'), 'hex')
}

describe('the cast', () => {
  test('follows from the seed', () => {
    expect(castOf('test')).toEqual(cast)
    expect(castOf('other').miners.map(({ hotkey }) => hotkey)).not.toEqual(cast.miners.map(({ hotkey }) => hotkey))
  })

  test('has valid addresses of Substrate', () => {
    for (const { hotkey } of ['a', 'b', 'c', 'd'].flatMap((seed) => castOf(seed).miners)) {
      expect(hotkey).toMatch(/^5[1-9A-HJ-NP-Za-km-z]{47}$/)
      const bytes = decodeBase58(hotkey)
      const checksum = createHash('blake2b512').update('SS58PRE').update(bytes.subarray(0, 33)).digest()
      expect(bytes.subarray(33)).toEqual(checksum.subarray(0, 2))
    }
  })

  test('has six miners and a first leader, each with names and places of its own', () => {
    expect(cast.miners).toHaveLength(6)
    for (const key of ['name', 'hotkey', 'cdnHost', 'cdnUrl'] as const) {
      expect(new Set(everybody.map((miner) => miner[key])).size).toBe(7)
    }
    for (const { turns } of everybody) expect(turns).toHaveLength(DEMO_ROUNDS)
    for (const { repo, commit } of versionsOf(cast)) {
      expect(repo).toMatch(/^[a-z]+\/image-to-3d$/)
      expect(commit).toMatch(/^[0-9a-f]{40}$/)
    }
  })

  test('is honest but for mirage, whose image is worse than what it serves', () => {
    for (const { name, turns } of everybody) {
      for (const { version, serves } of turns) {
        if (name === 'mirage') expect(version.image?.rows).toBeLessThan((serves as { rows: number }).rows)
        else if (serves !== 'broken') expect(version.image).toEqual(serves)
      }
    }
  })

  test('has an echo that names the code of others', () => {
    const { turns } = named('echo')
    expect(turns[0]!.version).toBe(named('granite').turns[0]!.version)
    expect(turns[2]!.version).toBe(named('willow').turns[2]!.version)
  })
})

describe('reveals', () => {
  const granite = entryOf(named('granite'), 0, WINDOW)!

  test('are two texts as Python writes them, commit first', () => {
    const [commit, place] = granite.texts
    const { version } = named('granite').turns[0]!
    expect(commit).toBe(`{"commit": "${version.commit}"}`)
    expect(commit).toHaveLength(54)
    expect(place).toBe('{"repo": "granite/image-to-3d", "cdn_url": "http://granite.miners.demo.test"}')
    expect(granite.hotkey.address).toBe(named('granite').hotkey)
  })

  test('begin within the window, but for those of tardy', () => {
    for (let round = 0; round < DEMO_ROUNDS; round++) {
      for (const miner of cast.miners) {
        const block = entryOf(miner, round, WINDOW)?.block
        if (block === undefined) continue
        if (miner.name === 'tardy') expect(block).toBeGreaterThan(WINDOW.latest)
        else expect(block >= WINDOW.earliest && block <= WINDOW.latest).toBe(true)
      }
    }
  })

  test('of echo come after those whose code it names, of mirage before its rivals', () => {
    const blockOf = (name: string, round: number) => entryOf(named(name), round, WINDOW)!.block
    expect(blockOf('echo', 0)).toBeGreaterThan(blockOf('granite', 0))
    expect(blockOf('echo', 2)).toBeGreaterThan(blockOf('willow', 2))
    expect(blockOf('mirage', 0)).toBeLessThan(blockOf('granite', 0))
  })

  test('follow those of the rounds before', () => {
    expect([0, 1, 2].map((round) => entryOf(named('echo'), round, WINDOW)?.before)).toEqual([0, 2, 4])
    expect(entryOf(named('tardy'), 2, WINDOW)?.before).toBe(2)
  })

  test('are none for those who stay away', () => {
    expect(entryOf(named('granite'), 1, WINDOW)).toBeUndefined()
    expect(entryOf(cast.leader, 0, WINDOW)).toBeUndefined()
    expect(entryOf(named('granite'), 7, WINDOW)).toBeUndefined()
  })
})
