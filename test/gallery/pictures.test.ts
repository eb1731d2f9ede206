import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Pictures } from '../../src/gallery/pictures.ts'
import { putContent } from '../../src/store/content.ts'
import { FolderStore } from '../../src/store/folder-store.ts'

const PNG = Buffer.from('\x89PNG\r\n\x1a\nand so on', 'latin1')
let root = ''
let store: FolderStore
let pictures: Pictures

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'roundkeeper-pictures-'))
  store = new FolderStore({ dir: join(root, 'store') })
  pictures = new Pictures(store, join(root, 'out'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

const place = (sha256: string | undefined, extension: 'png' | 'img' = 'img') =>
  pictures.place({ sha256, extension, url: 'https://example.com/p.png' })

it.each([
  ['png', PNG],
  ['jpg', Buffer.from('\xff\xd8\xff\xe0', 'latin1')],
  ['webp', Buffer.from('RIFF\0\0\0\0WEBP')],
])('a %s is copied under a name that browsers know, once', async (type, bytes) => {
  const { sha256 } = await putContent(store, bytes, 'img', 'application/octet-stream')
  const src = `pictures/${sha256}.${type}`
  expect(await Promise.all([place(sha256), place(sha256)])).toEqual([
    { src, url: 'https://example.com/p.png' },
    { src, url: 'https://example.com/p.png' },
  ])
  expect(await readFile(join(root, 'out', src))).toEqual(bytes)
  expect(await pictures.count()).toBe(1)
})

it.each([
  ['a drawing that could carry a program', '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'],
  ['a page', '<!doctype html><script>alert(1)</script>'],
  ['nothing', ''],
])('%s is not copied', async (_what, text) => {
  const { sha256 } = await putContent(store, Buffer.from(text), 'img', 'image/png')
  expect((await place(sha256)).missing).toBe('not a picture')
  expect(await readdir(root)).toEqual(['store'])
})

it('what the store lacks, what is damaged and what is no digest has a place of its own', async () => {
  const { sha256, key } = await putContent(store, PNG, 'png', 'image/png')
  await writeFile(join(root, 'store', key), 'something else')
  expect((await place(sha256, 'png')).missing).toBe('damaged in this store')
  expect((await place('0'.repeat(64))).missing).toBe('not in this store')
  expect((await place(`../../${'0'.repeat(58)}`)).missing).toBe('not on record by digest')
  expect((await place(undefined)).missing).toBe('not on record by digest')
  expect(await new Pictures(undefined, root).place({ sha256, extension: 'png', url: null })).toEqual({
    missing: 'no store was given',
  })
})
