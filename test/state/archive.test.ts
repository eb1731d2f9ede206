import { describe, expect, it } from 'vitest'
import { archivedAt, archivePath, isArchived } from '../../src/state/archive.ts'
import { files } from '../../src/state/files.ts'
import { fileAt } from '../../src/state/locate.ts'
import type { AnyStateFile } from '../../src/state/state-file.ts'
import fc from '../support/properties.ts'
import { hotkey } from './arbitraries.ts'

const ofRounds = Object.values<AnyStateFile>(files).filter((file) => file.path(0, 'a', 'b').startsWith('rounds/'))

describe('the archive of a round', () => {
  it('keeps every file under a path that says which attempt it is of', () => {
    expect(ofRounds.length).toBeGreaterThan(10)
    const round = fc.nat()
    const attempt = fc.integer({ min: 1, max: 99 })
    fc.assert(
      fc.property(fc.constantFrom(...ofRounds), round, attempt, hotkey, hotkey, (file, number, k, left, right) => {
        const path = file.path(...[number, left, right].slice(0, file.path.length))
        const away = archivePath(path, k)
        expect(archivedAt(away)).toEqual({ ...fileAt(path), attempt: k, path })
        expect(isArchived(away)).toBe(true)
        expect(isArchived(path)).toBe(false)
        expect(fileAt(away)).toBeUndefined()
      }),
    )
  })

  it.each([
    'rounds/0/attempts/0/seed.json',
    'rounds/0/attempts/01/seed.json',
    'rounds/00/attempts/1/seed.json',
    'rounds/0/attempts/1/nonsense.json',
    'rounds/0/attempts/1/attempts/2/seed.json',
    'attempts/1/seed.json',
    'rounds/0/seed.json',
  ])('holds nothing at %s', (path) => expect(archivedAt(path)).toBeUndefined())

  it('is for files of rounds only', () => expect(() => archivePath('state.json', 1)).toThrow(RangeError))
})
