/**
 * A process that commits once and kills itself with SIGKILL just before its n-th write to the file system; a file that
 * is being written then is left with half of its bytes. Ends normally when it makes fewer writes than that.
 */
import { promises as fs } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const [target = '', nth = '0', value = '', cacheDir = ''] = process.argv.slice(2)
let left = Number(nth)

const step = () => {
  if (--left === 0) process.kill(process.pid, 'SIGKILL')
}

function countCalls<K extends 'rename' | 'link' | 'rm' | 'mkdir' | 'unlink'>(name: K): void {
  const original = fs[name] as (...args: unknown[]) => Promise<unknown>
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      step()
      return original(...args)
    },
  })
}

const { open } = fs
Object.assign(fs, {
  open: async (...args: Parameters<typeof open>): Promise<FileHandle> => {
    if (args[1] !== 'r') step()
    const file = await open(...args)
    const writeFile = file.writeFile.bind(file)
    file.writeFile = async (data) => {
      if (left === 1 && (typeof data === 'string' || data instanceof Uint8Array)) {
        await writeFile(data.slice(0, data.length / 2))
      }
      step()
      return writeFile(data)
    }
    return file
  },
})
for (const name of ['rename', 'link', 'rm', 'mkdir', 'unlink'] as const) countCalls(name)
syncBuiltinESMExports()

const { BareRepo } = await import('../../src/repo/bare-repo.ts')
const { RemoteRepo } = await import('../../src/repo/remote-repo.ts')
const { by, changeOf } = await import('./support.ts')
const repo =
  cacheDir === ''
    ? await BareRepo.open(target, { branch: 'main' })
    : await RemoteRepo.open(target, { branch: 'main', cacheDir })
await repo.commit(await repo.head(), changeOf({ 'a/b/c': value, d: value }), by)
