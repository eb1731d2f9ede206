import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ObjectSource, ReadLimits } from '../../../src/store/source/object-source.ts'

export interface SourceUnderTest {
  readonly source: ObjectSource
  place(key: string, bytes: Uint8Array): Promise<void>
}

const never = new AbortController().signal
export const limits: ReadLimits = { maxBytes: 1_000_000, signal: never }

/** Not a Buffer, which equals none of the others. */
const toBytes = (found: unknown) => (found instanceof Uint8Array ? new Uint8Array(found) : found)

/** What every ObjectSource does. */
export function objectSourceContract(name: string, underTest: () => SourceUnderTest): void {
  const fresh = (end = 'object.bin') => `contract/${randomUUID()}/${end}`
  const get = (key: string, changes = {}) => underTest().source.get(key, { ...limits, ...changes })

  describe(`${name} as an object source`, () => {
    it('gives what lies there, byte for byte', async () => {
      const key = fresh()
      const all = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251)
      await underTest().place(key, all)
      expect(Buffer.compare((await get(key)) ?? new Uint8Array(), all)).toBe(0)
    })

    it('keeps an empty object apart from a missing one', async () => {
      const key = fresh()
      expect(await get(key)).toBeUndefined()
      await underTest().place(key, new Uint8Array())
      expect(await get(key)).toHaveLength(0)
    })

    it('has no object for a folder of objects', async () => {
      const key = fresh('a/b.bin')
      await underTest().place(key, Uint8Array.of(1))
      expect(await get(key.slice(0, key.lastIndexOf('/')))).toBeUndefined()
    })

    it('reads up to the limit and not a byte more', async () => {
      const key = fresh()
      await underTest().place(key, new Uint8Array(1000))
      expect(await get(key, { maxBytes: 1000 })).toHaveLength(1000)
      await expect(get(key, { maxBytes: 999 })).rejects.toMatchObject({ code: 'refused' })
    })

    it('reads many at once', async () => {
      const keys = Array.from({ length: 40 }, () => fresh())
      await Promise.all(keys.map((key, i) => underTest().place(key, Uint8Array.of(i))))
      const found = await Promise.all(keys.map((key) => get(key)))
      expect(found.map((bytes) => bytes?.[0])).toEqual(keys.map((_, i) => i))
    })

    it('stops when it is told to', async () => {
      await expect(get(fresh(), { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
    })

    it('stops at whatever moment it is told to, or has read all by then', async () => {
      const key = fresh()
      await underTest().place(key, Uint8Array.of(1))
      for (let turns = 0; turns < 12; turns++) {
        const controller = new AbortController()
        const asking = get(key, { signal: controller.signal }).catch((error: unknown) => error)
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
        controller.abort()
        expect([Uint8Array.of(1), expect.objectContaining({ code: 'aborted' })]).toContainEqual(toBytes(await asking))
      }
    })

    it.each(['', '/etc/passwd', '../outside', 'a/../b', 'a//b', '.hidden', 'a b', 'a%2fb', 'a?b'])(
      'refuses the key %j',
      async (key) => {
        await expect(get(key)).rejects.toMatchObject({ code: 'usage' })
      },
    )
  })
}
