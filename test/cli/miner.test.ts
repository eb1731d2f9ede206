import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minerCommand } from '../../src/cli/miner.ts'
import { files } from '../../src/state/index.ts'
import { roundkeeper } from '../support/cli.ts'
import { inProcess } from '../support/in-process-cli.ts'
import { MINING_NETUID, MINING_ROUND, type Mining, STRANGER, startMining } from '../support/mining.ts'

const HASH = 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0'
const URLS = ['https://prompts.example.com/a.png', 'https://prompts.example.com/b.png']
let mining: Mining
let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-miner-cli-'))
  mining = await startMining()
})
afterAll(async () => {
  await mining[Symbol.asyncDispose]()
  await rm(dir, { recursive: true, force: true })
})

const miner = (...args: string[]) => inProcess(minerCommand, ...args)
/** At the best block, where the commits wait: what they have seen is seen by the next command, too. */
const here = (wallet: string) => ['--finality', 'best', ...mining.options(wallet), '--competition', mining.competition]
const withHost = (wallet: string) => [...here(wallet), '--git-host', mining.git.url]

describe('a miner, over a real socket', () => {
  it('enters a round and hears what would become of it, from the first command to the last', async () => {
    const { address } = await mining.wallet('miner')
    const { repo, commit } = mining.code
    const first = await miner('status', ...withHost('miner'))
    expect(first, first.stderr).toMatchObject({ code: 0 })
    expect(first.stdout).toContain(`next     round ${MINING_ROUND}: roundkeeper miner commit-hash`)

    const hash = await miner('commit-hash', '--hash', commit, '--wait', '--json', ...withHost('miner'))
    expect(hash, hash.stdout + hash.stderr).toMatchObject({ code: 0 })
    const told = JSON.parse(hash.stdout)
    expect(told).toEqual({
      success: true,
      commit,
      round: MINING_ROUND,
      hotkey: address,
      netuid: MINING_NETUID,
      extrinsic_hash: expect.stringMatching(/^0x[0-9a-f]{64}$/),
      block_hash: mining.chain.node.hashOf(told.block_number),
      block_number: expect.any(Number),
      reveal_round: expect.any(Number),
      expected_reveal_block: expect.any(Number),
      revealed_at_block: expect.any(Number),
      warnings: [],
    })
    expect(told.revealed_at_block).toBeGreaterThan(told.block_number)

    const half = await miner('status', '--json', ...withHost('miner'))
    expect(half.code).toBe(1)
    expect(JSON.parse(half.stdout)).toMatchObject({
      problems: [{ code: 'not-located' }],
      next: [expect.stringContaining('commit-repo-cdn')],
    })

    const location = ['--repo', repo, '--cdn-url', mining.cdn]
    const place = await miner('commit-repo-cdn', ...location, '--wait', ...withHost('miner'))
    expect(place, place.stdout + place.stderr).toMatchObject({ code: 0 })
    expect(place.stdout).toContain(`text       {"repo": "${repo}", "cdn_url": "${mining.cdn}"}`)
    expect(place.stderr).toContain(`git commit --trailer "Hotkey: ${address}"`)
    expect(place.stdout).toMatch(/^reveal +shown since block \d+$/m)
    expect(mining.git.requests).toContain(`POST /${repo}.git/git-upload-pack`)

    const whole = await miner('status', '--json', ...withHost('miner'))
    expect(whole, whole.stdout).toMatchObject({ code: 0 })
    expect(JSON.parse(whole.stdout)).toMatchObject({
      hotkey: address,
      round: MINING_ROUND,
      commit: { value: commit, block: told.revealed_at_block },
      commit_found: 'yes',
      commit_hotkey: null,
      outlook: { outcome: 'accepted', place: 1, entries: 1 },
      problems: [],
      advice: [expect.stringContaining('does not say whose it is')],
    })

    const listed = await miner('list-all', '--json', '--netuid', '17', '--finality', 'best', ...here('miner').slice(-4))
    const { entries } = JSON.parse(listed.stdout)
    expect(entries).toMatchObject([
      { hotkey: address, commit_hash: commit, repo, cdn_url: mining.cdn, outcome: 'accepted' },
    ])
    expect(entries[0].uid).toBeGreaterThan(0)
    const table = await miner('list-all', '--finality', 'best', ...here('miner').slice(-4))
    expect(table.stdout).toMatch(
      new RegExp(`^\\d+ +${address} +\\d+ +${commit} +${repo} +${mining.cdn} +accepted$`, 'm'),
    )
  })

  it('is refused code that the repository does not have, before anything is sent', async () => {
    const { address } = await mining.wallet('elsewhere')
    expect(await miner('commit-hash', '--hash', HASH, '--wait', ...here('elsewhere'))).toMatchObject({ code: 0 })
    const location = ['--repo', mining.code.repo, '--cdn-url', mining.cdn]
    const { code, stdout } = await miner('commit-repo-cdn', ...location, '--json', ...withHost('elsewhere'))
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      success: false,
      error: `The repository ${mining.code.repo} does not contain the commit ${HASH} that you committed`,
      code: 'refused',
      hint: expect.stringContaining('Push exactly that commit'),
    })
    expect(await (await mining.client()).commitment(MINING_NETUID, address)).toBeUndefined()
  })

  it('hears before it sends where its code is that the commit names another hotkey', async () => {
    await mining.wallet('thief')
    const { repo, foreign } = mining.code
    const hash = await miner('commit-hash', '--hash', foreign, '--wait', ...here('thief'))
    expect(hash).toMatchObject({ code: 0 })
    const location = ['--repo', repo, '--cdn-url', mining.cdn]
    const place = await miner('commit-repo-cdn', ...location, '--dry-run', '--json', ...withHost('thief'))
    expect(place).toMatchObject({ code: 0 })
    expect(JSON.parse(place.stdout).warnings).toContainEqual(
      expect.stringContaining(`(other-hotkey): the commit ${foreign} names ${STRANGER}.`),
    )
  })

  it('is explained what others see of a hotkey, without a wallet', async () => {
    const status = await miner('status', '--hotkey', STRANGER, ...here('none'))
    expect(status.code).toBe(1)
    expect(status.stdout).toContain('problem  not-registered: ')
    expect(status.stdout).toContain('roundkeeper miner register')
  })

  it('sends nothing in a dry run', async () => {
    await mining.wallet('careful')
    const before = mining.chain.node.pending().length
    const { code, stdout } = await miner('commit-hash', '--hash', HASH, '--dry-run', '--json', ...here('careful'))
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      dry_run: true,
      payload: `{"commit": "${HASH}"}`,
      payload_hex: expect.stringMatching(/^0xd87b/),
      space: 299,
      revealed_at_block: null,
    })
    expect(mining.chain.node.pending()).toHaveLength(before)
  })

  it('runs as a program, which ends when it is done', async () => {
    const run = await roundkeeper('miner', 'status', ...withHost('miner'))
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(run.stdout).toContain('It would be accepted as it is, as number 1 of 1.')
    const wrong = await roundkeeper('miner', 'commit-hash', '--hash', 'abc', '--json', ...here('miner'))
    expect(wrong.code).toBe(2)
    expect(JSON.parse(wrong.stdout)).toMatchObject({ success: false, code: 'usage' })
    expect((await roundkeeper('miner', 'commit-hash', '--hash', 'abc', ...here('miner'))).code).toBe(2)
    expect((await roundkeeper('miner', 'commit-hash')).code).toBe(2)
  })
})

describe('what a competition hands out', () => {
  beforeAll(() => {
    mining.documents.set(files.seed.path(MINING_ROUND), files.seed.serialise({ seed: 4_000_000_000 }))
    mining.documents.set(files.prompts.path(MINING_ROUND), files.prompts.serialise(URLS))
  })

  /** The same documents in a repository. */
  function inClone(): string {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: dir, input: '' })
    git('init', '-q', '-b', 'main')
    for (const [path, text] of mining.documents) {
      const oid = execFileSync('git', ['hash-object', '-w', '--stdin'], { cwd: dir, input: text }).toString().trim()
      git('update-index', '--add', '--cacheinfo', `100644,${oid},${path}`)
    }
    git('-c', 'user.name=x', '-c', 'user.email=x@x', 'commit', '-q', '-m', 'documents')
    return dir
  }

  it('is read over HTTP, and from a clone, the same', async () => {
    for (const repo of [mining.competition, inClone()]) {
      expect((await miner('seed', '--repo', repo)).stdout).toBe('4000000000\n')
      expect((await miner('prompts', '--repo', repo)).stdout).toBe(`${URLS.join('\n')}\n`)
      const prompts = JSON.parse((await miner('prompts', '--repo', repo, '--json')).stdout)
      expect(prompts).toEqual({
        round: MINING_ROUND,
        prompts: [
          { stem: 'a', url: URLS[0] },
          { stem: 'b', url: URLS[1] },
        ],
      })
      const schedule = JSON.parse((await miner('schedule', '--repo', repo, '--json')).stdout)
      expect(schedule).toMatchObject({ round: MINING_ROUND, stage: 'open', earliest_reveal_block: 1 })
    }
    expect((await miner('schedule', '--repo', mining.competition)).stdout).toContain('from block 1 to block 1000000')
  })

  it('is missed with a sentence that says where it should be', async () => {
    const { code, stdout } = await miner('seed', '--repo', mining.competition, '--round', '9', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      success: false,
      error: `Failed to fetch seed.json from ${mining.competition}/rounds/9/seed.json: not published`,
      code: 'not-found',
    })
    await expect(miner('seed', '--repo', 'nowhere')).rejects.toThrow('there is nothing at')
  })
})
