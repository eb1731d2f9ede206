import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { evidenceKey, remember } from '../../src/store/evidence.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import { temporaryFolder } from './temporary.ts'

const folder = temporaryFolder()
let stores = 0
const newStore = () => new FolderStore({ dir: join(folder(), String(stores++)) })

describe('remember', () => {
  it('pays once, whatever the order in which the inputs are named', async () => {
    const store = newStore()
    let paid = 0
    const ask = (inputs: unknown) =>
      remember(store, 'render', inputs, async () => ({ answer: ++paid, gone: undefined }))
    expect(await ask({ a: 1, b: 2 })).toEqual({ answer: 1 })
    expect(await ask({ b: 2, a: 1 })).toEqual({ answer: 1 })
    expect(await ask({ a: 1, b: 3 })).toEqual({ answer: 2 })
    expect(await remember(store, 'judge', { a: 1, b: 2 }, async () => 'other kind')).toBe('other kind')
    expect(await remember(new FolderStore({ dir: store.id }), 'render', { a: 1, b: 2 }, async () => ++paid)).toEqual({
      answer: 1,
    })
  })

  it('keeps a record that explains itself, under the hash of its inputs', async () => {
    const store = newStore()
    await remember(store, 'render', { b: 'x', a: [1] }, async () => null)
    const hash = createHash('sha256').update('{"a":[1],"b":"x"}').digest('hex')
    const kept = await store.get(`evidence/render/${hash}.json`)
    expect(new TextDecoder().decode(kept)).toBe('{"inputs":{"a":[1],"b":"x"},"kind":"render","result":null}')
  })

  it('shares one production among those who ask at the same time', async () => {
    const store = newStore()
    let paid = 0
    const ask = () =>
      remember(store, 'k', 1, async () => {
        await new Promise(setImmediate)
        return ++paid
      })
    expect(await Promise.all([ask(), ask(), ask()])).toEqual([1, 1, 1])
    expect(await ask()).toBe(1)
  })

  it('gives two processes the same answer, although both produced one', async () => {
    const one = newStore()
    const two = new FolderStore({ dir: one.id })
    const both = Promise.withResolvers<void>()
    let waiting = 0
    const produce = (answer: string) => async () => {
      if (++waiting === 2) both.resolve()
      await both.promise
      return answer
    }
    const [first, second] = await Promise.all([
      remember(one, 'k', 1, produce('mine')),
      remember(two, 'k', 1, produce('yours')),
    ])
    expect(waiting).toBe(2)
    expect(first).toBe(second)
  })

  it('does not keep what is not final, nor a failure', async () => {
    const store = newStore()
    let asked = 0
    const ask = () =>
      remember(
        store,
        'k',
        1,
        async () => {
          if (++asked === 1) throw new Error('down')
          return { ok: asked > 2 }
        },
        (result) => result.ok,
      )
    await expect(ask()).rejects.toThrow('down')
    expect(await ask()).toEqual({ ok: false })
    expect(await ask()).toEqual({ ok: true })
    expect(await ask()).toEqual({ ok: true })
    expect(asked).toBe(3)
  })

  it('names the key of a damaged record', async () => {
    const store = newStore()
    await remember(store, 'k', 1, async () => 1)
    const key = evidenceKey('k', 1)
    await writeFile(join(store.id, key), '{"result":')
    const again = remember(store, 'k', 1, async () => 2)
    await expect(again).rejects.toMatchObject({ code: 'refused', where: expect.stringContaining(key) })
  })

  it.each([undefined, Number.NaN, new Date(0)])('refuses to keep %o', async (result) => {
    await expect(remember(newStore(), 'k', 1, async () => result)).rejects.toMatchObject({ code: 'usage' })
  })

  it('refuses inputs and kinds that make no key', async () => {
    await expect(remember(newStore(), 'k', Number.NaN, async () => 1)).rejects.toMatchObject({ code: 'usage' })
    await expect(remember(newStore(), '../k', 1, async () => 1)).rejects.toMatchObject({ code: 'usage' })
  })
})
