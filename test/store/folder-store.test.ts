import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { FolderStore } from '../../src/store/folder-store.ts'
import { objectStoreContract } from './contract.ts'
import { temporaryFolder } from './temporary.ts'

const folder = temporaryFolder()
const bytes = (text: string) => new TextEncoder().encode(text)

objectStoreContract('FolderStore', () => new FolderStore({ dir: join(folder(), 'contract') }))

describe('FolderStore', () => {
  it('gives addresses that only name the key, or those of the server in front of it', async () => {
    const dir = join(folder(), 'with space')
    const plain = new FolderStore({ dir })
    await plain.put('a/b.txt', bytes('found'), 'text/plain')
    expect(plain.url('a/b.txt')).toBe('store:/a/b.txt')
    expect(await readFile(join(dir, 'a/b.txt'), 'utf8')).toBe('found')
    const served = new FolderStore({ dir, baseUrl: 'https://cdn.example/objects/' })
    expect(served.url('a/b.txt')).toBe('https://cdn.example/objects/a/b.txt')
  })

  it('leaves nothing behind, and sweeps what killed processes left long ago', async () => {
    const dir = join(folder(), 'swept')
    const incoming = join(dir, '.incoming')
    await mkdir(incoming, { recursive: true })
    const [old, young] = [randomUUID(), randomUUID()]
    for (const name of [old, young, 'not-ours']) await writeFile(join(incoming, name), 'half')
    for (const name of [old, 'not-ours']) await utimes(join(incoming, name), 0, 0)
    const store = new FolderStore({ dir })
    await store.put('key', bytes('whole'), 'text/plain')
    expect(new Set(await readdir(incoming))).toEqual(new Set([young, 'not-ours']))
  })

  it('says what to do when the folder cannot be used', async () => {
    const dir = join(folder(), 'file')
    await writeFile(dir, 'not a folder')
    const put = new FolderStore({ dir }).put('key', bytes('x'), 'text/plain')
    await expect(put).rejects.toMatchObject({ code: 'unavailable', retryable: true, where: `key in ${dir}` })
  })

  it('shows whole objects only, when writers are killed in the middle', async () => {
    const dir = join(folder(), 'killed')
    const module = pathToFileURL(join(import.meta.dirname, '../../src/store/folder-store.ts')).href
    const script = `
      import { FolderStore } from ${JSON.stringify(module)}
      const store = new FolderStore({ dir: process.argv[1] })
      console.log('up')
      for (let n = 0; ; n++) await store.put('k' + n, new Uint8Array(1_000_000).fill(n % 256), 'x')`
    for (const writer of [1, 2, 3]) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await once(child.stdout, 'data')
      const store = new FolderStore({ dir })
      while (!(await store.has(`k${writer * 4}`))) await new Promise(setImmediate)
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    const store = new FolderStore({ dir })
    const keys = (await readdir(dir)).filter((name) => name.startsWith('k'))
    expect(keys.length).toBeGreaterThan(12)
    for (const key of keys) {
      const found = Buffer.from((await store.get(key)) ?? [])
      expect(found.equals(Buffer.alloc(1_000_000, Number(key.slice(1)) % 256))).toBe(true)
    }
  })
})
