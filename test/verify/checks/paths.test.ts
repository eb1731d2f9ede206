import { describe, expect, it } from 'vitest'
import { Names } from '../../../src/verify/checks/names.ts'
import { paths } from '../../../src/verify/checks/paths.ts'
import { type Content, look } from '../../support/memory-history.ts'
import fc from '../../support/properties.ts'

const checked = async (...commits: Record<string, Content>[]) =>
  await look(
    commits.map((files) => ({ files })),
    { checks: [paths()] },
  )
const link = { mode: '120000', content: 'elsewhere' }
const submodule = { mode: '160000' }

describe('names of files', () => {
  it('of a competition are nothing special', async () => {
    const { findings } = await checked(
      { 'state.json': '{}', 'README.md': '', '.github/workflows/verify.yml': '', 'rounds/0/seed.json': '{}' },
      { 'state.json': '{"a": 1}', 'rounds/0/5AbC/duels_leader.json': '', 'rounds/0/leader/generated.json': '' },
      { 'README.md': null, 'tools/run.sh': { mode: '100755', content: '' } },
    )
    expect(findings).toEqual([])
  })

  it.each<[string, string, Content, string, string]>([
    ['out of the repository', 'rounds/../../x', '', 'paths/unsafe', 'error'],
    ['into .git, for some file system', 'a/.GIT /config', '', 'paths/unsafe', 'error'],
    ['a backslash', 'rounds\\0\\winner.json', '', 'paths/unsafe', 'error'],
    ['bytes that are no text', 'rounds/0/\ufffd.json', '', 'paths/unsafe', 'error'],
    ['bytes that are no text, kept', 'rounds/0/\udcff.json', '', 'paths/unsafe', 'error'],
    ['an absolute path', '/state.json', '', 'paths/unsafe', 'error'],
    ['a link for a record', 'rounds/0/winner.json', link, 'paths/symlink', 'error'],
    ['a link for the state', 'state.json', link, 'paths/symlink', 'error'],
    ['a link elsewhere', 'docs/x', link, 'paths/symlink', 'warning'],
    ['a submodule for a round', 'rounds/3', submodule, 'paths/submodule', 'error'],
    ['a submodule for all rounds', 'rounds', submodule, 'paths/submodule', 'error'],
    ['a submodule elsewhere', 'tools/x', submodule, 'paths/submodule', 'warning'],
    ['a device', 'rounds/0/AUX.json', '', 'paths/reserved', 'warning'],
    ['a stream', 'rounds/0/a:b', '', 'paths/reserved', 'warning'],
    ['a program', 'leader.json', { mode: '100755', content: '[]' }, 'paths/executable', 'note'],
    ['too much', 'leader.json', { mode: '100644', size: 60 * 2 ** 20 }, 'paths/oversized', 'error'],
    ['too much elsewhere', 'film.mp4', { mode: '100644', size: 60 * 2 ** 20 }, 'paths/oversized', 'warning'],
    ['git’s own settings', 'rounds/.gitattributes', '* text', 'paths/attributes', 'note'],
  ])('%s', async (_name, path, content, code, severity) => {
    const { findings } = await checked({ x: '' }, { [path]: content })
    expect(findings.map((finding) => [finding.code, finding.severity, finding.path])).toEqual([[code, severity, path]])
  })

  it('that are the same to some file system', async () => {
    const clash = async (...names: string[]) => {
      const { findings } = await checked(...names.map((name) => ({ [name]: '' })))
      return findings.map(({ code, path, severity }) => `${severity} ${code} ${path}`)
    }
    expect(await clash('rounds/0/5abc/x', 'rounds/0/5ABC/y', 'rounds/0/5ABC/z')).toEqual([
      'error paths/collision rounds/0/5ABC',
    ])
    expect(await clash('state.json', 'State.json')).toEqual(['error paths/collision State.json'])
    expect(await clash('docs/caf\u00e9', 'docs/cafe\u0301')).toEqual(['warning paths/collision docs/cafe\u0301'])
    expect(await clash('rounds/0', 'Rounds/1')).toEqual(['error paths/collision Rounds'])
    expect(await clash('policy/a\u200c', 'policy/a')).toEqual(['error paths/collision policy/a'])
    expect(await clash('rounds/0/x', 'rounds/1/X')).toEqual([])
  })

  it('are free again when the file is gone', async () => {
    expect((await checked({ 'a/x': '' }, { 'a/x': null }, { 'A/x': '' })).findings).toEqual([])
    expect((await checked({ 'a/x': '', 'a/y': '' }, { 'a/x': null }, { 'A/x': '' })).findings).toHaveLength(1)
    expect((await checked({ 'a/x': '' }, { 'a/x': null, 'a/X': '' })).findings).toEqual([])
  })

  it('of files that become folders, and back', async () => {
    const result = await checked({ 'rounds/0': '' }, { 'rounds/0': null, 'rounds/0/a': '', 'rounds/0/b': '' })
    expect(result.at(1)).toEqual(['paths/replaced rounds/0'])
    const back = await checked({ 'a/b/c': '' }, { 'a/b/c': null, 'a/b': '' })
    expect(back.at(1)).toEqual(['paths/replaced a/b'])
    expect(back.findings[0]?.message).toBe('a/b was a folder and is now a file.')
  })

  it('that are told of together when many come at once', async () => {
    const links = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`rounds/0/${String(i).padStart(2, '0')}`, link]),
    )
    const { findings } = await checked({ x: '' }, { ...links, 'docs/x': link })
    expect(findings).toHaveLength(2)
    expect(findings[1]?.message).toBe(
      'rounds/0/00 is a symbolic link: what it shows depends on where it is read; the same of rounds/0/01, rounds/0/02 and 37 more.',
    )
  })

  it('of what was there before a checkpoint count', async () => {
    const first = { files: { 'state.json': '' } }
    const { head } = await look([first], { checks: [] })
    const result = await look([first, { files: { 'STATE.json': '' } }], { checks: [paths()], since: head })
    expect(result.findings.map(({ code }) => code)).toEqual(['paths/collision'])
  })
})

describe('Names', () => {
  it('tells the same, however it came to hold what it holds', () => {
    const name = fc.constantFrom('a', 'A', 'b', 'é', 'e\u0301', 'É')
    const folder = fc.array(name, { maxLength: 2 })
    const path = fc.tuple(folder, name).map(([above, last]) => [...above, `${last}.json`].join('/'))
    fc.assert(
      fc.property(fc.uniqueArray(path), fc.uniqueArray(path), path, (kept, gone, last) => {
        const [long, short] = [new Names(), new Names()]
        const removed = gone.filter((each) => !kept.includes(each))
        for (const each of [...removed, ...kept]) long.add(each)
        for (const each of removed) long.remove(each)
        for (const each of kept) short.add(each)
        const sorted = (pairs: readonly [string, string][]) => pairs.map((pair) => pair.join(' ')).sort()
        if (!kept.includes(last)) expect(sorted(long.add(last))).toEqual(sorted(short.add(last)))
      }),
    )
  })
})
