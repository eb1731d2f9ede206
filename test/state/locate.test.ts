import { describe, expect, it } from 'vitest'
import { files } from '../../src/state/files.ts'
import { fileAt } from '../../src/state/locate.ts'
import type { AnyStateFile } from '../../src/state/state-file.ts'
import fc from '../support/properties.ts'
import { hotkey } from './arbitraries.ts'

const round = fc.nat()
const miner = fc.oneof(fc.constant('leader'), hotkey)

describe.each(Object.entries(files))('%s', (name, file: AnyStateFile) => {
  it('is found at every path that it may have', () => {
    fc.assert(
      fc.property(round, miner, miner, (number, left, right) => {
        const args = [number, left, right].slice(0, file.path.length)
        const path = file.path(...args)
        const ofMatch = name === 'duels' || name === 'judgeChecks'
        const expected = ofMatch ? [number, left.slice(0, 10), right] : args
        expect(fileAt(path)).toEqual({ file, args: expected })
      }),
    )
  })
})

describe('other paths', () => {
  it.each([
    '',
    'README.md',
    '/state.json',
    'x/state.json',
    'rounds/1/state.json',
    'rounds/01/seed.json',
    'rounds/-1/seed.json',
    'rounds/1e3/seed.json',
    'rounds/1/x/seed.json',
    'rounds/1//submitted.json',
    'rounds/1/submitted.json',
    'rounds/1/a/b/submitted.json',
    'rounds/99999999999999999999/seed.json',
    'rounds/1/a/duels_.json',
    'rounds/1/a/duels_12345678901.json',
    'interventions/1.json',
    'interventions/00001.json',
    'interventions/0001/0001.json',
    'constructor',
    'rounds/1/__proto__',
  ])('%s is none of ours', (path) => expect(fileAt(path)).toBeUndefined())

  it('are never mistaken', () => {
    const part = fc.constantFrom(
      'rounds',
      'interventions',
      '0',
      '01',
      '0001.json',
      'seed.json',
      'submitted.json',
      'leader',
      '',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const path = parts.join('/')
        const located = fileAt(path)
        if (located !== undefined) expect(located.file.path(...located.args)).toBe(path)
      }),
    )
  })
})
