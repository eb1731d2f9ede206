import { createHash, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ObjectStore } from '../../src/store/object-store.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (found: Uint8Array | undefined) => found && new TextDecoder().decode(found)

async function* pieces(...texts: string[]) {
  for (const each of texts) yield bytes(each)
}

async function* cut(all: Uint8Array, size: number) {
  for (let from = 0; from < all.length; from += size) yield all.subarray(from, from + size)
}

/**
 * What every ObjectStore does. `store` may hold other objects; keys written here are new each time.
 * @param races false where the service behind it cannot tell which of two writers was first
 */
export function objectStoreContract(name: string, store: () => ObjectStore, { races = true } = {}): void {
  const fresh = (end = 'object.bin') => `contract/${randomUUID()}/${end}`

  describe(`${name} as an object store`, () => {
    it('gives back what was put, byte for byte', async () => {
      const key = fresh()
      const all = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256)
      await store().put(key, all, 'application/octet-stream')
      expect(Buffer.compare((await store().get(key)) ?? new Uint8Array(), all)).toBe(0)
      expect(await store().has(key)).toBe(true)
    })

    it('keeps an empty object apart from a missing one', async () => {
      const key = fresh()
      expect(await store().get(key)).toBeUndefined()
      expect(await store().has(key)).toBe(false)
      await store().put(key, new Uint8Array(), 'text/plain')
      expect(await store().get(key)).toHaveLength(0)
      expect(await store().has(key)).toBe(true)
    })

    it('has no object for a folder of objects, and none below an object', async () => {
      const key = fresh('a/b.bin')
      await store().put(key, bytes('here'), 'text/plain')
      const folder = key.slice(0, key.lastIndexOf('/'))
      expect(await store().get(folder)).toBeUndefined()
      expect(await store().has(folder)).toBe(false)
      expect(await store().get(`${key}/below`)).toBeUndefined()
      expect(await store().has(`${key}/below`)).toBe(false)
    })

    it('takes the same bytes again as often as it likes', async () => {
      const key = fresh()
      for (let times = 0; times < 3; times++) await store().put(key, bytes('same'), 'text/plain')
      expect(text(await store().get(key))).toBe('same')
    })

    it.each([
      ['of the same length', 'other'],
      ['of another length', 'others, and more of them'],
      ['none at all', ''],
    ])('never overwrites: other bytes, %s, are refused', async (_, other) => {
      const key = fresh()
      await store().put(key, bytes('first'), 'text/plain')
      await expect(store().put(key, bytes(other), 'text/plain')).rejects.toMatchObject({ code: 'refused' })
      await using late = await store().receive(pieces(other))
      await expect(late.keep(key, 'text/plain')).rejects.toMatchObject({ code: 'refused' })
      expect(text(await store().get(key))).toBe('first')
    })

    it('takes in a stream, and names it after what it turned out to be', async () => {
      const all = Uint8Array.from({ length: 300_000 }, (_, index) => index % 241)
      const sha256 = createHash('sha256').update(all).digest('hex')
      const key = fresh(`${sha256}.bin`)
      await using incoming = await store().receive(cut(all, 70_001))
      expect(incoming).toMatchObject({ sha256, size: all.length })
      expect(await store().has(key)).toBe(false)
      await incoming.keep(key, 'application/octet-stream')
      await incoming.keep(key, 'application/octet-stream')
      expect(Buffer.compare((await store().get(key)) ?? new Uint8Array(), all)).toBe(0)
    })

    it('takes in an empty stream', async () => {
      const key = fresh()
      await using incoming = await store().receive(pieces())
      await incoming.keep(key, 'text/plain')
      expect(await store().get(key)).toHaveLength(0)
    })

    it('says of a stream that broke what the stream said', async () => {
      const broken = (async function* () {
        yield bytes('begun')
        throw new Error('the host hung up')
      })()
      await expect(store().receive(broken)).rejects.toThrow('the host hung up')
    })

    if (races) {
      it('has one whole object from the first moment on when many write at once, and one of them wins', async () => {
        const key = fresh()
        const written = Array.from({ length: 12 }, (_, index) => String(index).repeat(50_000))
        const outcomes = await Promise.allSettled(
          written.map(async (each) => {
            await store().put(key, bytes(each), 'text/plain')
            return each
          }),
        )
        const [won, ...others] = outcomes.filter((each) => each.status === 'fulfilled')
        expect(others).toEqual([])
        expect(text(await store().get(key))).toBe(won?.value)
        for (const lost of outcomes.filter((each) => each.status === 'rejected'))
          expect(lost.reason).toMatchObject({ code: 'refused' })
      })

      it('never changes an object that was seen, also when a slower write had begun before', async () => {
        const key = fresh()
        const writing = [new Uint8Array(3_000_000), bytes('fast')].map((each) => store().put(key, each, 'text/plain'))
        await Promise.any(writing)
        const seen = await store().get(key)
        await Promise.allSettled(writing)
        expect(await store().get(key)).toEqual(seen)
      })
    }

    it('lets many write the same at once', async () => {
      const key = fresh()
      const same = bytes('the same '.repeat(10_000))
      await Promise.all(Array.from({ length: 8 }, () => store().put(key, same, 'text/plain')))
      expect(text(await store().get(key))).toBe(text(same))
    })

    it('addresses an object by a URL that ends with its key', () => {
      const key = fresh('model.glb')
      expect(URL.canParse(store().url(key))).toBe(true)
      expect(store().url(key).endsWith(`/${key}`)).toBe(true)
    })

    it.each([
      ['', 'nothing'],
      ['/etc/passwd', 'an absolute path'],
      ['../outside', 'a way up'],
      ['a/../../outside', 'a way up inside'],
      ['a//b', 'an empty segment'],
      ['a/', 'an empty end'],
      ['.hidden', 'a leading dot'],
      ['a/.incoming', 'a leading dot inside'],
      ['-rf', 'a leading dash'],
      ['a\\b', 'a backslash'],
      ['a\0b', 'a NUL'],
      ['a b', 'a space'],
      ['a%2fb', 'an escape'],
      ['ä', 'a letter that file systems write in two ways'],
      ['a'.repeat(201), 'a long segment'],
      [`${'a/'.repeat(300)}a`, 'a long key'],
    ])('refuses the key %j: %s', async (key) => {
      const refused = expect.objectContaining({ code: 'usage' })
      await expect(store().put(key, bytes('x'), 'text/plain')).rejects.toEqual(refused)
      await expect(store().get(key)).rejects.toEqual(refused)
      await expect(store().has(key)).rejects.toEqual(refused)
      expect(() => store().url(key)).toThrow(refused)
    })
  })
}
