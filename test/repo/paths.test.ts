import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { checkBranch, checkPath } from '../../src/repo/paths.ts'
import fc from '../support/properties.ts'
import { gitIsMissing } from './support.ts'

const passes = (check: (text: string) => void, text: string) => {
  try {
    check(text)
    return true
  } catch {
    return false
  }
}

describe('checkPath', () => {
  it.each([
    'state.json',
    'rounds/0/5F…/duels_left.json',
    '.github/workflows/x.yml',
    '.gitignore',
    'a b',
    '...',
    'git~10',
  ])('accepts %s', (path) => expect(() => checkPath(path)).not.toThrow())

  it('lets no path out of the repository, whatever it is made of', () => {
    const part = fc.constantFrom('..', '.', '', 'a', '.git', '.GIT', '\\', '/', 'x', '\0')
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const path = parts.join('/')
        if (!passes(checkPath, path)) return
        expect(new URL(path, 'file:///repo/').pathname).toBe(`/repo/${path}`)
        expect(path.toLowerCase()).not.toMatch(/(^|\/)\.git(\/|$)/)
      }),
    )
  })
})

describe.skipIf(await gitIsMissing())('checkBranch', () => {
  it('accepts nothing that git refuses', () => {
    const part = fc.constantFrom(
      'a',
      'main',
      '.',
      '..',
      '/',
      '.lock',
      '@',
      '{',
      '~',
      ' ',
      '-',
      '*',
      '\\',
      'ü',
      '\u0001',
    )
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
        const branch = parts.join('')
        if (passes(checkBranch, branch))
          execFileSync('git', ['check-ref-format', '--branch', branch], { stdio: 'pipe' })
      }),
      { numRuns: 60 },
    )
    for (const branch of ['main', 'season/2', 'release-1.0', 'ü']) expect(() => checkBranch(branch)).not.toThrow()
  })
})
