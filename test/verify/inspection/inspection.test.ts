import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openHistory } from '../../../src/repo/open-history.ts'
import { sha256Hex } from '../../../src/rules/digest.ts'
import { type Examinable, Examiner } from '../../../src/verify/inspection/examiner.ts'
import { pack, unpack } from '../../../src/verify/inspection/packed.ts'
import { ThreadedInspector } from '../../../src/verify/inspection/threaded-inspector.ts'
import { type Verification, verify } from '../../../src/verify/verify.ts'
import { samples } from '../../state/samples.ts'
import { MemoryHistory, type Planned } from '../../support/memory-history.ts'
import fc from '../../support/properties.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const seed = (n: number) => `{"seed": ${n}, "randomness": "${sha256Hex(String(n))}"}`

/** Files as they should be, as somebody edited them, and no files at all. */
const file = fc
  .oneof(
    fc.constantFrom(...Object.values(samples).map(({ text }) => text)),
    fc.nat().map(seed),
    fc.constantFrom('', '{}', '[]', '{"seed": 1.0}', '\uFEFF{}', '{"a": 1, "a": 2}', '{"n": 12345678901234567890}'),
  )
  .map(bytes)
const path = fc.constantFrom(
  'state.json',
  'rounds/1/seed.json',
  'rounds/1/5X/submitted.json',
  'README.md',
  'leader.json',
)
const tree = { mode: '100644', oid: sha256Hex('old').slice(0, 40) }
type Bare = Omit<Examinable, 'oid' | 'changed'>
const commit: fc.Arbitrary<Examinable> = fc
  .record<Bare>({
    raw: fc.constantFrom('tree x\n\nno signature\n', 'tree x\ngpgsig -----BEGIN\n x\n\nsigned\n').map(bytes),
    files: fc.uniqueArray(
      fc.record({ path, before: file, after: fc.oneof(file, fc.uint8Array()) }, { requiredKeys: ['path'] }),
      { selector: (each) => each.path, maxLength: 4 },
    ),
    evidence: fc.boolean(),
  })
  .map((bare) => ({ ...bare, oid: sha256Hex(bare.raw).slice(0, 40), changed: bare.files.map(changeOf) }))

/** Contents have their own ids: who has looked at another commit asks for them. */
const changeOf = ({ path, before, after }: Bare['files'][number]) => ({
  path,
  ...(before && { before: tree }),
  ...(after && { after: { mode: '100644', oid: sha256Hex(after).slice(0, 40), size: after.length } }),
})

const NO_HISTORY = { history: { blob: async () => undefined }, entries: [] }

describe('commits on their way to a thread', () => {
  it('arrive as they were', () => {
    fc.assert(
      fc.property(fc.array(commit, { maxLength: 5 }), (commits) => {
        expect(unpack(structuredClone(pack(commits)))).toEqual(commits)
      }),
    )
  })
})

describe('looking at commits on threads', () => {
  it('finds what is found on this one, in the order of the commits', async () => {
    const blobs = new Map<string, Uint8Array>()
    const source = { history: { blob: async (oid: string) => blobs.get(oid) }, entries: [] }
    await using threads = new ThreadedInspector(2, source)
    const examiner = new Examiner(source.history, source.entries)
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(commit, { maxLength: 4 }), { maxLength: 4 }), async (questions) => {
        for (const { files } of questions.flat())
          for (const { after } of files) if (after !== undefined) blobs.set(sha256Hex(after).slice(0, 40), after)
        const there = await Promise.all(questions.map((commits) => threads.inspect(commits)))
        const here = []
        for (const each of questions.flat()) here.push(await examiner.examine(each))
        expect(there.flat()).toEqual(here)
      }),
      { numRuns: 50 },
    )
  })

  it.each([
    ['ends', 'process.exit(3)'],
    ['throws', 'throw new Error("broken")'],
  ])('says what to do when a thread %s', async (_, act) => {
    const script = `import { parentPort } from 'node:worker_threads'\nparentPort.on('message', () => { ${act} })`
    const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`)
    await using threads = new ThreadedInspector(1, NO_HISTORY, url)
    const failure = { code: 'internal', hint: expect.stringContaining('--jobs 1') }
    const question = [{ oid: '', raw: bytes('x'), changed: [], files: [], evidence: false }]
    await expect(Promise.all([threads.inspect(question), threads.inspect(question)])).rejects.toMatchObject(failure)
    await expect(threads.inspect(question)).rejects.toMatchObject(failure)
  })
})

/** Long enough for threads to be worth it. */
function longHistory(): MemoryHistory {
  const plans: Planned[] = Array.from({ length: 260 }, (_, i) => ({
    message: `Commit ${i}`,
    files: {
      'rounds/0/seed.json': i % 3 === 0 ? seed(i) : `${seed(i)}\n`,
      [`rounds/${i % 5}/prompts.txt`]: i % 7 === 0 ? ' spaced \n' : `https://p.test/${i}.png`,
      ...(i % 11 === 0 ? { [`rounds/${i}/winner.json`]: '{"winner_hotkey": 3}' } : {}),
    },
    trailers: (i % 2 === 0 ? { Engine: 'roundkeeper/test', Evidence: `sha256:${sha256Hex(`${i}`)}` } : {}) as Record<
      string,
      string
    >,
  }))
  return new MemoryHistory(plans)
}

const outcome = ({ records: _, known: __, ...rest }: Verification) => rest

describe('verify', () => {
  it('comes to the same with any number of jobs', async () => {
    const [one, ...others] = await Promise.all([1, 2, 4].map((jobs) => verify(longHistory(), { jobs })))
    expect(one?.findings.length).toBeGreaterThan(20)
    for (const other of others) expect(outcome(other)).toEqual(outcome(one as Verification))
  })

  const real = join(import.meta.dirname, '../../../../shared/data/mesh-rounds-0-1.bundle')
  it.skipIf(!existsSync(real))('comes to the same of a real history', async () => {
    const results = []
    for (const jobs of [1, 3]) {
      await using history = await openHistory(real)
      results.push(outcome(await verify(history, { jobs })))
    }
    expect(results[1]).toEqual(results[0])
  })
})
