import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ObjectStore } from '../../src/store/object-store.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (found: Uint8Array | undefined) => found && new TextDecoder().decode(found)

/** What every ObjectStore does. `store` may hold other objects; keys written here are new each time. */
export function objectStoreContract(name: string, store: () => ObjectStore): void {
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

    it('lets the first write win', async () => {
      const key = fresh()
      await store().put(key, bytes('first'), 'text/plain')
      await store().put(key, bytes('second'), 'text/plain')
      expect(text(await store().get(key))).toBe('first')
    })

    it('has one whole object from the first moment on when many write at once', async () => {
      const key = fresh()
      const written = Array.from({ length: 12 }, (_, index) => String(index).repeat(50_000))
      const seen = await Promise.all(
        written.map(async (each) => {
          await store().put(key, bytes(each), 'text/plain')
          return text(await store().get(key))
        }),
      )
      expect(written).toContain(seen[0])
      expect(new Set(seen).size).toBe(1)
    })

    it('never changes an object that was seen, also when a slower write had begun before', async () => {
      const key = fresh()
      const slow = store().put(key, new Uint8Array(8_000_000), 'text/plain')
      await store().put(key, bytes('fast'), 'text/plain')
      const seen = await store().get(key)
      await slow
      expect(await store().get(key)).toEqual(seen)
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
