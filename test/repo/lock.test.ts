import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { tryLock } from '../../src/repo/lock.ts'
import { recordThisProcess } from '../../src/repo/process-record.ts'
import { temporaryFolder } from './support.ts'

describe('tryLock', () => {
  it('is held by one at a time and free again after release', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'main.lock')
    const workshop = join(folder.path, 'workshop')
    const first = await tryLock(path, workshop)
    expect(await tryLock(path, workshop)).toBeUndefined()
    await first?.release()
    expect(await tryLock(path, workshop)).toBeDefined()
  })

  it('gives the lock of a dead process to exactly one of many that find it', async () => {
    await using folder = await temporaryFolder()
    const workshop = join(folder.path, 'workshop')
    for (let round = 0; round < 40; round++) {
      const path = join(folder.path, `${round}.lock`)
      await writeFile(path, JSON.stringify({ ...(await recordThisProcess()), pid: 2 ** 22 + 1 }))
      const locks = await Promise.all(Array.from({ length: 6 }, () => tryLock(path, workshop)))
      const held = locks.filter((lock) => lock !== undefined)
      expect(held).toHaveLength(1)
      await held[0]?.release()
    }
    expect(await readdir(workshop)).toEqual([])
    expect(await readdir(folder.path)).toEqual(['workshop'])
  })
})
