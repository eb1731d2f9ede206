import { describe, expect, it } from 'vitest'
import { revealSchema } from '../../src/formats/generation-3d/reveal.ts'
import { adviceOf, nextSteps, problemsOf, recordedProblems } from '../../src/miner/problems.ts'
import { minerStatus, type StatusRequest } from '../../src/miner/status.ts'
import { submitHash } from '../../src/miner/submit.ts'
import { files, type Stage } from '../../src/state/index.ts'
import { testConfig } from '../support/competition.ts'
import { FAKE_NETUID } from '../support/fake-bittensor.ts'
import { type Bench, benchOf, competitionOf, HASH, keyOf, OTHER_HASH, ROUND } from './miner.ts'

const COMMIT = `{"commit": "${HASH}"}`
const LOCATION = '{"repo": "user/repo", "cdn_url": "https://cdn.example.com/models"}'

const look = async (bench: Bench, changes: Partial<StatusRequest> = {}) => {
  const { fake, documents, hotkey } = bench
  const status = await minerStatus({
    documents,
    chain: fake,
    netuid: FAKE_NETUID,
    hotkey: hotkey.address,
    schema: revealSchema,
    ...changes,
  })
  const codes = problemsOf(status).map(({ code }) => code)
  const was = recordedProblems(status).map(({ code }) => code)
  return { status, codes, was, next: nextSteps(status) }
}

/** With something revealed, in the order given. */
function revealing(...texts: readonly (readonly [block: number, text: string])[]): Bench {
  const bench = benchOf()
  for (const [block, text] of texts) bench.fake.reveal(bench.hotkey.address, text, block)
  return bench
}

describe('a miner’s status', () => {
  it('has nothing against a whole entry, and says where it stands', async () => {
    const bench = revealing([1003, COMMIT], [1007, LOCATION])
    bench.fake.reveal(keyOf(9).address, '1', 1004)
    const { status, codes, next } = await look(bench, { findCode: bench.findCode })
    expect(codes).toEqual([])
    expect(status).toMatchObject({
      round: ROUND,
      registration: { uid: 0, since: 1 },
      commitments: { commit: { value: HASH, block: 1003 }, repo: { block: 1007 } },
      outlook: { place: 1, entries: 1 },
      codeFound: 'yes',
      seen: { commit: HASH, hotkey: bench.hotkey.address },
    })
    expect(next).toEqual([`round ${ROUND}: nothing until block 1100`])
  })

  it('leads through an entry step by step', async () => {
    const bench = benchOf()
    const step = async () => (await look(bench)).next
    expect(await step()).toEqual([`round ${ROUND}: roundkeeper miner commit-hash`])
    await submitHash(bench, HASH)
    expect(await look(bench)).toMatchObject({
      codes: [],
      next: [expect.stringMatching(/^wait for the reveal, at about block \d+$/)],
    })
    bench.fake.mine(5)
    expect(await step()).toEqual([expect.stringContaining('commit-repo-cdn')])
  })

  it('tells of a newer hash that is not the one that is entered, until it is said where its code is', async () => {
    const newer = [1008, `{"commit": "${OTHER_HASH}"}`] as const
    const before = revealing([1003, COMMIT], [1007, LOCATION], newer)
    const { status, codes, next } = await look(before)
    expect(codes).toEqual([])
    expect(status).toMatchObject({
      commitments: { commit: { value: OTHER_HASH } },
      outlook: { entry: { commit: HASH } },
    })
    expect(next).toEqual([expect.stringContaining('commit-repo-cdn')])

    const after = await look(revealing([1003, COMMIT], [1007, LOCATION], newer, [1009, LOCATION]))
    expect(after.status).toMatchObject({ outlook: { entry: { commit: OTHER_HASH } } })
    expect(after.next).toEqual([`round ${ROUND}: nothing until block 1100`])
  })

  it.each<[string, (readonly [number, string])[], string[]]>([
    ['a hash without a place', [[1003, COMMIT]], ['not-located']],
    [
      'a place before the hash',
      [
        [1003, LOCATION],
        [1004, COMMIT],
      ],
      ['too-early'],
    ],
    ['a place without a hash', [[1003, LOCATION]], ['too-early', 'not-committed']],
    ['no JSON', [[1003, 'hello']], ['not-json']],
    ['a number', [[1003, '1']], ['not-an-object']],
    ['a short hash', [[1003, '{"commit": "abc"}']], ['bad-value']],
    [
      'a text that does not count beside one that does',
      [
        [1003, COMMIT],
        [1004, LOCATION],
        [1005, '[]'],
      ],
      ['not-an-object'],
    ],
    ['what came before the window', [[999, COMMIT]], []],
  ])('explains %s', async (_name, reveals, expected) => {
    const { codes } = await look(revealing(...reveals))
    expect(codes.toSorted()).toEqual(expected.toSorted())
  })

  it('sends nobody away as long as something is to be set right', async () => {
    const { next } = await look(revealing([1003, LOCATION], [1004, COMMIT]))
    expect(next).toEqual([`round ${ROUND}: set right what is named above, and commit again`])
  })

  it('explains a hotkey that is not registered, or was registered later', async () => {
    const stranger = await look(benchOf({ hotkey: keyOf(8) }))
    expect(stranger.codes).toEqual(['not-registered'])
    expect(stranger.next[0]).toContain('roundkeeper miner register')
    const late = benchOf({ hotkey: keyOf(8) })
    late.fake.register(late.hotkey.address, { registeredAt: 1006 })
    late.fake.reveal(late.hotkey.address, COMMIT, 1003)
    expect((await look(late)).codes).toContain('before-registration')
  })

  it('explains a copy of somebody else’s code, and a repository without it', async () => {
    const bench = revealing([1003, COMMIT], [1004, LOCATION])
    bench.fake.register(keyOf(9).address)
    bench.fake.reveal(keyOf(9).address, COMMIT, 1001)
    bench.fake.reveal(keyOf(9).address, LOCATION, 1002)
    expect((await look(bench)).codes).toEqual(['duplicate'])
    const missing = revealing([1003, COMMIT], [1004, LOCATION])
    expect((await look(missing, { findCode: async () => ({ found: 'no' }) })).codes).toEqual(['commit-missing'])
  })

  it('does not take for a copy what the commit says is the hotkey’s own', async () => {
    const bench = revealing([1003, COMMIT], [1004, LOCATION])
    bench.fake.register(keyOf(9).address)
    bench.fake.reveal(keyOf(9).address, COMMIT, 1002)
    bench.fake.reveal(keyOf(9).address, LOCATION, 1004)
    expect((await look(bench, { findCode: async () => ({ found: 'yes' }) })).codes).toEqual(['duplicate'])
    expect((await look(bench, { findCode: bench.findCode })).codes).toEqual([])
  })

  it('explains a commit that names another hotkey, and advises one that names its own', async () => {
    const bench = revealing([1003, COMMIT], [1004, LOCATION])
    const saying = (hotkey?: string | null) =>
      look(bench, { findCode: async () => ({ found: 'yes', ...(hotkey === undefined ? {} : { hotkey }) }) })
    for (const hotkey of [keyOf(9).address, null]) {
      const { status, codes } = await saying(hotkey)
      expect([codes, adviceOf(status)]).toEqual([['other-hotkey'], []])
    }
    const own = await saying(bench.hotkey.address)
    expect([own.codes, adviceOf(own.status)]).toEqual([[], []])
    const open = await saying()
    expect(open.codes).toEqual([])
    expect(adviceOf(open.status)).toEqual([expect.stringContaining(`--trailer "Hotkey: ${bench.hotkey.address}"`)])
    const config = files.config.serialise(testConfig({ rules: 'legacy' }))
    const legacy = await look(
      { ...bench, documents: competitionOf('open', { 'config.json': config }) },
      { findCode: async () => ({ found: 'yes', hotkey: null }) },
    )
    expect([legacy.codes, adviceOf(legacy.status)]).toEqual([[], []])
  })

  it('explains a seal that opens too late, never, or not without pulses', async () => {
    const late = benchOf({}, 1099)
    await submitHash(late, HASH)
    expect((await look(late)).codes).toEqual(['opens-too-late'])
    const never = benchOf()
    const sealed = { kind: 'timelock', encrypted: new Uint8Array(300), revealRound: 2n ** 64n - 1n } as const
    await never.fake.setCommitment(never.hotkey, 17, [sealed])
    expect((await look(never)).codes).toEqual(['never-opens'])
    const silent = benchOf()
    silent.fake.pulses = false
    await submitHash(silent, HASH)
    silent.fake.mine(50)
    // What is sealed opens once they come.
    expect((await look(silent)).codes).toEqual(['no-pulses'])
  })

  it.each<[Stage, string[]]>([
    ['finished', ['competition-over']],
    ['paused', ['competition-paused']],
  ])('explains a competition that is %s', async (stage, expected) => {
    expect((await look(benchOf({ documents: competitionOf(stage) }))).codes).toEqual(expected)
  })

  it('explains a subnet that is not the competition’s', async () => {
    const config = files.config.serialise(testConfig({ netuid: 46 }))
    const { codes } = await look(benchOf({ documents: competitionOf('open', { 'config.json': config }) }))
    expect(codes).toEqual(['other-subnet'])
  })

  it('tells who wears the crown', async () => {
    const leader = (effective_block: number) =>
      files.leader.serialise([{ hotkey: keyOf(7).address, weight: 0.8, effective_block }])
    const crowned = await look(benchOf({ documents: competitionOf('open', { 'leader.json': leader(1005) }) }))
    expect(crowned.status.crown).toMatchObject({ weight: 0.8 })
    const soon = await look(benchOf({ documents: competitionOf('open', { 'leader.json': leader(1500) }) }))
    expect(soon.status.crown).toBeUndefined()
  })

  it('looks at the next round once the window has closed, and ahead before it opens', async () => {
    const after = benchOf({}, 1105)
    after.fake.reveal(after.hotkey.address, COMMIT, 1050)
    expect((await look(after)).status).toMatchObject({
      round: ROUND + 1,
      commitments: {},
      outlook: { record: undefined },
    })
    expect((await look(benchOf({}, 900))).next).toEqual([`wait for the window of round ${ROUND}, from block 1000`])
  })
})

describe('what is on record of a miner', () => {
  const me = keyOf(7).address
  const reveals = (outcome: 'accepted' | 'duplicate') =>
    files.reveals.serialise({
      read_at_block: 1100,
      block_hash: '0x00',
      hotkeys: [
        {
          hotkey: me,
          outcome,
          reason: outcome === 'accepted' ? '' : 'same repo and commit as 5F…',
          reveals: [],
          ...(outcome === 'duplicate' ? { reason_code: 'duplicate' as const } : {}),
        },
      ],
    })
  const entry = { repo: 'user/repo', commit: HASH, cdn_url: 'https://cdn.example.com', revealed_at_block: 1003 }
  const submissions = files.submissions.serialise({ [me]: { ...entry, round: `tiny-${ROUND}` } })

  it('is explained when it was refused', async () => {
    const documents = competitionOf('duels', { [files.reveals.path(ROUND)]: reveals('duplicate') })
    const { status, was } = await look(benchOf({ documents }, 1105))
    expect(status.record).toMatchObject({ round: ROUND, entered: false })
    expect(was).toEqual(['duplicate'])
    expect(recordedProblems(status)[0]?.text).toContain('same repo and commit as 5F…')
  })

  it('says when models are due, and what went wrong with build, downloads and audit', async () => {
    const open = { [files.reveals.path(ROUND)]: reveals('accepted'), [files.submissions.path(ROUND)]: submissions }
    const seed = { [files.seed.path(ROUND)]: files.seed.serialise({ seed: 5 }) }
    const due = await look(benchOf({ documents: competitionOf('miner_generation', { ...open, ...seed }) }, 1105))
    expect(due.status.deadline).toBe(1400)
    expect(due.next[0]).toContain('before block 1400')
    expect(due.was).toEqual([])

    const build = {
      repo: 'user/repo',
      commit: HASH,
      revealed_at_block: 1003,
      tag: 'a1b2c3d-tiny-3',
      docker_image: null,
    }
    const output = { png: null, generation_time: 0, size: 0, attempts: 0, distance: 0 }
    const outputs = {
      a: { ...output, glb: 'https://x/a.glb' },
      b: { ...output, glb: null, failure: 'http_status: HTTP 404' },
    }
    const audit = { hotkey: me, outcome: 'rejected' as const, reason: 'other models', code: 'not-reproduced' }
    const audits = {
      [me]: { ...audit, checked_prompts: 4, failed_prompts: 4, failed_critical: 1, generation_time: null },
    }
    const documents = competitionOf('duels', {
      ...open,
      [files.builds.path(ROUND)]: files.builds.serialise({
        [me]: { ...build, status: 'failure', detail: 'its job failed', log_url: 'https://x/1' },
      }),
      [files.submitted.path(ROUND, me)]: files.submitted.serialise(outputs),
      [files.generationAudits.path(ROUND)]: files.generationAudits.serialise(audits),
      [files.winner.path(ROUND)]: files.winner.serialise({ winner_hotkey: 'leader' }),
    })
    const { status, was } = await look(benchOf({ documents }, 1500))
    expect(was).toEqual(['build-failed', 'models-missing', 'audit-rejected'])
    expect(recordedProblems(status)[2]?.remedy).toMatch(/every version pinned/)
    expect(status.record).toMatchObject({ result: 'lost', downloads: { models: 1, expected: 2 } })
    expect(recordedProblems(status)[0]?.text).toMatch(/ended with failure: its job failed \(its log: https:\/\/x\/1\)$/)
    expect(recordedProblems(status)[1]?.text).toBe('1 of 2 prompts failed, b for one: http_status: HTTP 404')
  })

  it('is that of the round before, while nothing is decided of this one', async () => {
    const before = { [files.submissions.path(ROUND - 1)]: files.submissions.serialise({}) }
    const { status } = await look(benchOf({ documents: competitionOf('open', before) }))
    expect(status.record).toMatchObject({ round: ROUND - 1, closed: true, entered: false })
    expect((await look(benchOf())).status.record).toBeUndefined()
  })

  it('hashes of others are nobody’s business', async () => {
    const bench = revealing([1003, `{"commit": "${OTHER_HASH}"}`])
    expect((await look(bench, { hotkey: keyOf(9).address })).status.commitments).toEqual({})
  })
})
