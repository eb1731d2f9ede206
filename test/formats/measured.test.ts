import { describe, expect, it } from 'vitest'
import { measured } from '../../src/formats/generation-3d/measured.ts'
import { putContent } from '../../src/store/content.ts'
import { FolderStore } from '../../src/store/folder-store.ts'
import { temporaryFolder } from '../store/temporary.ts'

const root = temporaryFolder()

async function between(apart: number | Error) {
  const store = new FolderStore({ dir: root() })
  const [a, b] = [
    await putContent(store, Buffer.from('a'), 'png', 'image/png'),
    await putContent(store, Buffer.from('b'), 'png', 'image/png'),
  ]
  const measure = async () => {
    if (typeof apart === 'number') return apart
    throw apart
  }
  const distance = { id: 'odd/1', deterministic: true, distance: measure }
  return {
    same: () => measured({ store, distance }, a.sha256, a.sha256),
    other: () => measured({ store, distance }, a.sha256, b.sha256),
  }
}

describe('a measured distance', () => {
  it('is what the measure says, and nothing between a picture and itself', async () => {
    const { same, other } = await between(0.25)
    expect([await same(), await other()]).toEqual([0, 0.25])
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -0.1])('is never %s', async (apart) => {
    const { other } = await between(apart)
    await expect(other()).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('odd/1') })
  })

  it('is never made up where nothing was measured', async () => {
    const { other } = await between(new Error('away'))
    await expect(other()).rejects.toThrow('away')
  })
})
