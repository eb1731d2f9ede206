import { describe, expect, it } from 'vitest'
import { defaultPathPolicy, WritePermissions } from '../../src/rules/path-policy.ts'
import { files } from '../../src/state/files.ts'
import { pathPolicySchema } from '../../src/state/path-policy.ts'
import fc from '../support/properties.ts'

const who = (name: string) => (principal: string) => principal === name
const policyOf = (may_write: string[], except?: string[]) =>
  new WritePermissions(
    pathPolicySchema.parse({ identities: [{ principal: 'a', may_write, ...(except && { except }) }] }),
  )

describe('permissions to write', () => {
  it.each([
    ['state.json', 'state.json', true],
    ['state.json', 'rounds/state.json', false],
    ['state.json', 'state_json', false],
    ['*', 'README.md', true],
    ['*', '.gitattributes', true],
    ['*', 'rounds/0/seed.json', false],
    ['rounds/**', 'rounds/0/seed.json', true],
    ['rounds/**', 'rounds/0/.hidden/x', true],
    ['rounds/**', 'rounds.json', false],
    ['rounds/**', 'x/rounds/0', false],
    ['rounds/*/seed.json', 'rounds/0/seed.json', true],
    ['rounds/*/seed.json', 'rounds/0/x/seed.json', false],
    ['**/seed.json', 'rounds/0/seed.json', true],
    ['**/seed.json', 'seed.json', true],
    ['**', 'any/where', true],
    ['docs/*.md', 'docs/a.md', true],
    ['docs/*.md', 'docs/a/b.md', false],
    ['a+b', 'aab', false],
    ['a+b', 'a+b', true],
    ['#a', '#a', true],
  ])('%s and %s: %s', (glob, path, allowed) => expect(policyOf([glob]).allow(who('a'), path)).toBe(allowed))

  it('follow the plain meaning of the two stars', () => {
    const segment = fc.constantFrom('a', 'ab', 'b', '.a', 'a.b')
    const pattern = fc.constantFrom('a', '*', 'a*', '*b', 'a*b', '**', '.a')
    // Whether a final ** stands for nothing, too, is a question of taste, and only of folders: both readings are right.
    const matches = ([glob, ...globs]: string[], [name, ...names]: string[], orNothing: boolean): boolean => {
      if (glob === undefined) return name === undefined
      if (glob === '**' && name === undefined) return (orNothing || globs.length > 0) && matches(globs, [], orNothing)
      if (name === undefined) return false
      if (glob === '**')
        return (
          (globs.length === 0 && !orNothing ? names.length === 0 : matches(globs, [name, ...names], orNothing)) ||
          matches([glob, ...globs], names, orNothing)
        )
      const [start = '', end] = glob.split('*')
      const fits =
        end === undefined
          ? name === glob
          : name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end)
      return fits && matches(globs, names, orNothing)
    }
    const patterns = fc
      .array(pattern, { minLength: 1, maxLength: 4 })
      .filter((all) => all.filter((one) => one === '**').length <= 2)
    fc.assert(
      fc.property(patterns, fc.array(segment, { minLength: 1, maxLength: 4 }), (globs, names) => {
        const readings = [false, true].map((orNothing) => matches(globs, names, orNothing))
        expect(readings).toContain(policyOf([globs.join('/')]).allow(who('a'), names.join('/')))
      }),
      { numRuns: 1000 },
    )
  })

  it('end where the exceptions begin, and count for the named principal only', () => {
    const permissions = policyOf(['rounds/**'], ['rounds/*/source_audit.json'])
    expect(permissions.allow(who('a'), 'rounds/1/source_audit.json')).toBe(false)
    expect(permissions.allow(who('a'), 'rounds/1/x/source_audit.json')).toBe(true)
    expect(permissions.allow(who('b'), 'rounds/1/seed.json')).toBe(false)
    expect(new WritePermissions({ identities: [] }).allow(() => true, 'x')).toBe(false)
  })

  it.each([
    '',
    '{a,b}',
    '[ab]',
    'a?',
    '!a',
    '+(a)',
    '@(a|b)',
    'a|b',
    'a\\*',
    '"a"',
    '*a*',
    '**/**/**',
    '***',
    'a'.repeat(301),
    'a$(b)',
  ])('are not given by %j', (glob) =>
    expect(pathPolicySchema.safeParse({ identities: [{ principal: 'a', may_write: [glob] }] }).success).toBe(false),
  )
})

describe('the permissions that a competition begins with', () => {
  const permissions = new WritePermissions(defaultPathPolicy('engine', 'operator'))
  const allowed = (name: string, path: string) => permissions.allow(who(name), path)

  it('let each write its own files, by the list of all files', () => {
    for (const file of Object.values(files)) {
      const path = file.path(...([3, '5Left', '5Right'].slice(0, file.path.length) as never as [never, never, never]))
      expect(allowed('engine', path), path).toBe(file.writers.some((writer) => writer !== 'human'))
      expect(allowed('operator', path), path).toBe(file.writers.includes('human'))
    }
  })

  it.each(['README.md', '.gitattributes', '.github/workflows/advance.yml', 'docs/rules/a.md', 'policy/paths.json'])(
    '%s is the operator’s alone',
    (path) => {
      expect(allowed('operator', path)).toBe(true)
      expect(allowed('engine', path)).toBe(false)
    },
  )

  it('leave the archive of attempts to acts on record', () => {
    for (const name of ['engine', 'operator']) expect(allowed(name, 'rounds/1/attempts/1/winner.json')).toBe(false)
  })

  it('are what the file can hold', () => {
    const policy = defaultPathPolicy('engine', 'operator')
    expect(files.pathPolicy.parse(files.pathPolicy.serialise(policy), 'policy/paths.json')).toEqual(policy)
  })
})
