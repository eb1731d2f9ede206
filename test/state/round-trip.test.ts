import { describe, expect, it } from 'vitest'
import { files } from '../../src/state/files.ts'
import type { AnyStateFile } from '../../src/state/state-file.ts'
import fc from '../support/properties.ts'
import { arbitraryOf } from './arbitraries.ts'

describe.each(Object.entries(files))('%s', (_, file: AnyStateFile) => {
  it('reads what it writes, and writes the same again', () => {
    fc.assert(
      fc.property(arbitraryOf(file), (value) => {
        const text = file.serialise(value)
        const read = file.parse(text, 'a path')
        expect(read).toStrictEqual(value)
        expect(file.serialise(read)).toBe(text)
      }),
      { numRuns: 60 },
    )
  })
})
