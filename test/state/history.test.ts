import { describe, expect, it } from 'vitest'
import { fileAt } from '../../src/state/locate.ts'
import { BUNDLE, hasBundle, readHistory, type Version } from './history.ts'

if (!hasBundle) console.warn(`skipped: the codecs against a real history (${BUNDLE} is not there)`)

/** Everything that a person typed and that we would write otherwise, and why. */
const NOT_EXACT = {
  '92de93f675 state.json': ['ends with a newline'],
  'e09757333a config.json': [
    '"round_start_time": "8:00:00", becomes "round_start_time": "08:00:00",',
    '"finalization_buffer_hours": 1, becomes "finalization_buffer_hours": 1.0,',
    'ends with a newline',
  ],
  'b2c38bef9a config.json': [
    '"finalization_buffer_hours": 1, becomes "finalization_buffer_hours": 1.0,',
    'ends with a newline',
  ],
  'c7cb2894e1 config.json': [
    '"finalization_buffer_hours": 1, becomes "finalization_buffer_hours": 1.0,',
    'ends with a newline',
  ],
}

const NOT_OURS = ['.github/workflows/build-and-push.yml', 'README.md', 'docker-bake.hcl']

describe.skipIf(!hasBundle)('a real history of two rounds', async () => {
  const { commits, versions } = hasBundle ? await readHistory() : { commits: 0, versions: [] }

  it('is whole', () => {
    expect({ commits, versions: versions.length }).toEqual({ commits: 286, versions: 707 })
  })

  it('has no file that is not known', () => {
    const unknown = versions.filter(({ path }) => fileAt(path) === undefined).map(({ path }) => path)
    expect([...new Set(unknown)].sort()).toEqual(NOT_OURS)
  })

  it('is read and written back byte for byte, but for what was typed by hand', () => {
    const inexact = versions
      .map((version): [string, string[]] => [`${version.commit} ${version.path}`, differences(version)])
      .filter(([, found]) => found.length > 0)
    expect(Object.fromEntries(inexact)).toEqual(NOT_EXACT)
  })
})

function differences({ path, text }: Version): string[] {
  const located = fileAt(path)
  if (located === undefined) return []
  try {
    const written = located.file.serialise(located.file.parse(text, path))
    if (written === text) return []
    const [read, made] = [text.split('\n'), written.split('\n')]
    const endsWithNewline = read.length === made.length + 1 && read.at(-1) === ''
    const changed = made.flatMap((line, index) => (line === read[index] ? [] : [`${read[index]} becomes ${line}`]))
    return [
      ...changed.map((line) => line.replace(/ {2,}/g, ' ').trim()),
      ...(endsWithNewline ? ['ends with a newline'] : []),
    ]
  } catch (error) {
    return [(error as Error).message.replace(`${path}: `, '')]
  }
}
