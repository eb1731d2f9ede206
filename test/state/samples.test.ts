import { describe, expect, it } from 'vitest'
import { files } from '../../src/state/files.ts'
import { fileAt } from '../../src/state/locate.ts'
import { samples } from './samples.ts'

describe.each(Object.entries(samples))('%s', (kind, { path, text }) => {
  const file = files[kind as keyof typeof files]

  it('parses and serialises to the same bytes', () => {
    const value = file.parse(text, path)
    expect((file.serialise as (value: unknown) => string)(value)).toBe(text)
  })

  it('lies where its path says', () => {
    expect(fileAt(path)?.file).toBe(file)
  })
})
