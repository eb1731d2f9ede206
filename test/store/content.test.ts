import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentKey, getContent, putContent, receiveContent } from '../../src/store/content.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import { temporaryFolder } from './temporary.ts'

const folder = temporaryFolder()
const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
const bytes = new TextEncoder().encode('abc')

describe('content', () => {
  it('is named after its hash', async () => {
    const store = new FolderStore({ dir: folder(), baseUrl: 'https://cdn.example' })
    const key = `sha256/ba/${abc}.glb`
    const content = await putContent(store, bytes, 'glb', 'model/gltf-binary')
    expect(content).toEqual({ sha256: abc, key, url: `https://cdn.example/${key}`, size: 3 })
    expect(await getContent(store, abc, 'glb')).toEqual(Buffer.from(bytes))
    expect(await getContent(store, abc, 'png')).toBeUndefined()
  })

  it('is the same when it comes as a stream', async () => {
    const store = new FolderStore({ dir: join(folder(), 'stream'), baseUrl: 'https://cdn.example' })
    const letters = async function* () {
      for (const byte of bytes) yield Uint8Array.of(byte)
    }
    const content = await receiveContent(store, letters(), 'glb', 'model/gltf-binary')
    expect(content).toEqual(await putContent(store, bytes, 'glb', 'model/gltf-binary'))
    expect(await getContent(store, abc, 'glb')).toEqual(Buffer.from(bytes))
    expect(await readdir(join(store.id, '.incoming'))).toEqual([])
  })

  it('is not put where something damaged lies: nobody would hear of it', async () => {
    const store = new FolderStore({ dir: join(folder(), 'put') })
    const { key } = await putContent(store, bytes, 'ply', 'application/octet-stream')
    await writeFile(join(store.id, key), 'abd')
    await expect(putContent(store, bytes, 'ply', 'application/octet-stream')).rejects.toMatchObject({ code: 'refused' })
  })

  it('is checked whenever it is read', async () => {
    const store = new FolderStore({ dir: join(folder(), 'damaged') })
    const { key } = await putContent(store, bytes, 'ply', 'application/octet-stream')
    await writeFile(join(store.id, key), 'abd')
    await expect(getContent(store, abc, 'ply')).rejects.toMatchObject({
      code: 'refused',
      where: expect.stringContaining(key),
    })
  })

  it.each([
    [abc.toUpperCase(), 'glb'],
    [abc.slice(1), 'glb'],
    [`../${abc.slice(3)}`, 'glb'],
    [abc, ''],
    [abc, '../x'],
    [abc, '.glb'],
    [abc, 'tar.gz'],
  ])('has no key for %s and %j', (sha256, extension) => {
    expect(() => contentKey(sha256, extension)).toThrow(expect.objectContaining({ code: 'usage' }))
  })
})
