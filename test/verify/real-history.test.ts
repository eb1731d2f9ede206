import { beforeAll, describe, expect, it } from 'vitest'
import { openHistory } from '../../src/repo/open-history.ts'
import { appendOnly } from '../../src/verify/checks/append-only.ts'
import { files } from '../../src/verify/checks/files.ts'
import { linear } from '../../src/verify/checks/linear.ts'
import { paths } from '../../src/verify/checks/paths.ts'
import { stages } from '../../src/verify/checks/stages.ts'
import type { Finding } from '../../src/verify/finding.ts'
import { type Verification, verify } from '../../src/verify/verify.ts'
import { BUNDLE, hasBundle } from '../state/history.ts'

if (!hasBundle) console.log(`skipped: no ${BUNDLE}`)

/** What people did by hand, each commit looked at with `git show`; a miner's folder is shortened to ten characters. */
const BY_PEOPLE: Readonly<Record<string, readonly string[]>> = {
  '04691c9 Initial commit': ['note stage/founding prompts.txt'],
  '92de93f preparation for the round 0': [
    'note file/hand-edited state.json',
    'note stage/founding rounds/0/schedule.json',
  ],
  'e097573 Preparing for the round start: config, schedule, github actions': ['note stage/founding config.json'],
  'b2c38be fix: proper time format for pydantic': ['note stage/founding config.json'],
  '7d94f2d Preparing leader.json for the competition start': ['note stage/founding leader.json'],
  '57bfe15 Source audit: missing repositories found': ['note stage/by-person rounds/0/source_audit.json'],
  '1183fd2 docker image name fixed': [
    'warning append-only/build rounds/0/builds.json',
    'warning stage/by-hand rounds/0/builds.json',
  ],
  '4cca190 Source audit results': ['note stage/by-person rounds/0/source_audit.json'],
  // An entry whose key and hotkey differ.
  '1479f88 Generation audit early stop': [
    'warning file/contradiction rounds/0/generation_audits.json',
    'warning stage/by-hand rounds/0/generation_audits.json',
  ],
  // The competition had ended because of a wrong year; the crown just handed on is taken back.
  'c7cb289 competition schedule fix and faulty commit rollback': [
    'error append-only/leader leader.json',
    'error stage/illegal-move state.json',
    'note stage/by-person config.json',
    'warning stage/by-hand leader.json',
  ],
  '2cdaaa3 next stage ETA updated': ['warning stage/by-hand state.json'],
  'eb6bb0f manual generation reset - rendering service issues': [
    'note append-only/attempt rounds/1/leader/generated.json',
    'warning stage/by-hand rounds/1/leader/generated.json',
  ],
  '9855018 rendering service bug: base miner generations reset': [
    'error append-only/generated rounds/1/leader/generated.json',
    'error append-only/matrix rounds/1/matches_matrix.csv',
    'warning stage/by-hand rounds/1/leader/generated.json',
  ],
  'de58c51 revert to duels to save winner.json': ['error stage/illegal-move state.json'],
}

const again = (count: number) => Array.from({ length: count }, () => 'error append-only/match duels_leader.json')

/** What the services did that no rule allows, and what became of the resets. */
const BY_SERVICES: Readonly<Record<string, readonly string[]>> = {
  // Models were made again, and the attempts did not count on.
  '2dd31d6': ['note append-only/attempt rounds/0/leader/generated.json'],
  c717b72: ['note append-only/attempt rounds/0/leader/generated.json'],
  '1f1e4c9': ['note append-only/attempt rounds/1/leader/generated.json'],
  f020a62: ['note append-only/attempt rounds/1/5GgVxYJS3R/generated.json'],
  '910473c': ['note append-only/attempt rounds/1/leader/generated.json'],
  bbcd455: ['note append-only/attempt rounds/1/leader/generated.json'],
  // Failed downloads that succeeded after they had been recorded.
  e9d1f53: ['warning append-only/submitted rounds/0/5EeoBSBE3o/submitted.json'],
  d781cbc: ['warning append-only/submitted rounds/0/5HGkjAPscs/submitted.json'],
  '7932ccc': ['warning append-only/build rounds/0/builds.json'],
  // The leader's models, made anew under their old addresses.
  ...Object.fromEntries(
    ['b9a4a8e', '8943f65', '4c81103', 'f1092fc', '50679ad', '4b60e3a', 'a9a8d5e', '841f1b8', '1820a86'].map(
      (commit) => [commit, ['warning append-only/address rounds/1/leader/generated.json']],
    ),
  ),
  // Thirteen matches judged again by them, and one for no reason on record.
  d8f5038: again(1),
  f7f23a4: again(7),
  '5b7f8cd': again(3),
  '1e7d92c': again(2),
  '3083119': again(1),
}

describe.skipIf(!hasBundle)('a real history of two rounds', () => {
  let result: Verification
  let titles: ReadonlyMap<string, string>

  beforeAll(async () => {
    await using history = await openHistory(BUNDLE)
    const found = new Map<string, string>()
    for await (const { oid, message } of history.commits()) found.set(oid, message.split('\n')[0] ?? '')
    titles = found
    result = await verify(history, { checks: [linear(), paths(), files(), stages(), appendOnly()] })
  })

  const told = ({ severity, code, path }: Finding) =>
    `${severity} ${code} ${path?.replace(/(\/5\w{9})\w+/, '$1') ?? ''}`
  const at = (commit: string) => result.findings.filter((finding) => finding.commit.startsWith(commit))
  const others = (finding: Finding) => finding.code !== 'history/empty'

  it('is whole, and one line', () => {
    expect(result.commits).toBe(286)
    expect(
      result.findings.filter(({ code }) => code.startsWith('history/')).every(({ code }) => code === 'history/empty'),
    ).toBe(true)
  })

  it('tells of all that people did, and says so at their commits', () => {
    for (const [name, expected] of Object.entries(BY_PEOPLE)) {
      const [commit = '', ...title] = name.split(' ')
      expect([...titles].find(([oid]) => oid.startsWith(commit))?.[1]).toBe(title.join(' '))
      expect(at(commit).filter(others).map(told).sort(), name).toEqual(expected)
    }
  })

  it('tells of what the services did again', () => {
    for (const [commit, expected] of Object.entries(BY_SERVICES)) {
      const found = at(commit).filter(others).map(told)
      expect(found.map((each) => each.replace(/rounds\/1\/\w+\/duels/, 'duels')).sort(), commit).toEqual(expected)
    }
  })

  it('tells of nothing else, but of commits that change nothing', () => {
    const known = [...Object.keys(BY_PEOPLE).map((name) => name.slice(0, 7)), ...Object.keys(BY_SERVICES)]
    const unknown = result.findings.filter(({ commit }) => !known.includes(commit.slice(0, 7))).filter(others)
    expect(unknown.map((finding) => `${finding.commit.slice(0, 7)} ${told(finding)}`)).toEqual([])
    expect(result.findings.filter(({ code }) => code === 'history/empty')).toHaveLength(6)
  })

  it('tells it in words', () => {
    const said = (commit: string, code: string) => at(commit).find((finding) => finding.code === code)?.message
    expect(said('de58c51', 'stage/illegal-move')).toBe(
      'Round 1 went from finalizing to duels, by hand ("revert to duels to save winner.json"): from finalizing it can only go on to open, finished or paused.',
    )
    expect(said('c7cb289', 'append-only/leader')).toBe(
      'The crown of 5GgpGaDxzT… (weight 1 from block 7476090) was removed from the list of leaders.',
    )
    expect(said('9855018', 'append-only/matrix')).toBe('Round 1: all 13 matches of the matrix were removed.')
    expect(at('f7f23a4').map(({ message }) => message)).toContain(
      'Round 1: the match of the leader against 5D2vzzgaYq… was changed after it had been published: score 96 became -3, margin 0.75 became -0.0234, 93 verdicts of 128 changed.',
    )
  })
})
