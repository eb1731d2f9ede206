import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { original } from '../support/in-process-cli.ts'
import { MINING_NETUID, MINING_ROUND, type Mining, startMining } from '../support/mining.ts'

/** The command lines of the miners' own tool, as its documentation gives them, over a real socket and a real wallet. */
const HASH = 'a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0'
const BEFORE = { ...process.env }
const program = fileURLToPath(new URL('../../src/cli/404-cli.ts', import.meta.url))
let mining: Mining
beforeAll(async () => {
  mining = await startMining()
  // The original knows neither option: nobody has to change a command line.
  process.env.ROUNDKEEPER_COMPETITION = mining.competition
  process.env.ROUNDKEEPER_GIT_HOST = mining.git.url
})
afterAll(async () => {
  process.env = BEFORE
  await mining[Symbol.asyncDispose]()
})

const failed = (error: string) =>
  `${JSON.stringify({ success: false, error }).replace(',', ', ').replaceAll('":', '": ')}\n`

describe('404-cli', () => {
  it('enters a round with the original’s command lines', async () => {
    const { address } = await mining.wallet('miner')
    const { commit, repo } = mining.code
    const early = await original('commit-repo-cdn', '--repo', repo, '--cdn-url', mining.cdn, ...mining.options('miner'))
    expect(early).toMatchObject({
      code: 1,
      stdout: failed(`You have not committed hash for round ${MINING_ROUND}. Please commit hash first.`),
    })

    const hash = await original(
      '-v',
      'commit-hash',
      `--hash=${commit}`,
      ...mining.options('miner'),
      '--required-lock',
      '0',
    )
    expect(hash, hash.stderr).toMatchObject({ code: 0 })
    const [line, json] = hash.stdout.split('\n')
    expect(json).toBe(`{"success": true, "commit": "${commit}", "round": ${MINING_ROUND}}`)
    const block = Number(/^Committed at block (\d+)$/.exec(line ?? '')?.[1])
    expect(block).toBeGreaterThan(5)
    expect(block).toBeLessThan(mining.chain.node.head().number)
    expect(hash.stderr).toContain(`WARNING: You have not commited repo and cdn_url for round ${MINING_ROUND}.\n`)
    await mining.revealed(address)

    const place = await original('commit-repo-cdn', '--repo', repo, '--cdn-url', mining.cdn, ...mining.options('miner'))
    expect(place, place.stderr).toMatchObject({ code: 0 })
    expect(place.stdout).toMatch(
      new RegExp(
        `^Committed at block \\d+\n{"success": true, "repo": "${repo}", "cdn_url": "${mining.cdn}", "round": ${MINING_ROUND}}\n$`,
      ),
    )
    expect(mining.heads).toContain('HEAD /models')
    expect(place.stderr).toMatch(/^WARNING: Your coldkey 5\w+ has locked 0 of the 100 ρ that are required\.$/m)
    await mining.revealed(address)

    const listed = await original('list-all', '--round', String(MINING_ROUND), ...chainOptions())
    expect(listed, listed.stderr).toMatchObject({ code: 0 })
    expect(listed.stdout).toMatch(
      new RegExp(
        `^{"hotkey": "${address}", "commit_hash": "${commit}", "commit_block": \\d+, "repo": "${repo}", "repo_block": \\d+, ` +
          `"cdn_url": "${mining.cdn}", "cdn_block": \\d+, "coldkey": "5\\w{47}", "locked_rho": 0\\.0, "required_rho": 100\\.0, ` +
          '"lock_sufficient": false}\n$',
      ),
    )
    const table = await original('list-all', '--round', '3', '--table', '--required-lock', '0', ...chainOptions())
    expect(table.stdout).toMatch(/^Hotkey +Hash +Repo +CDN +Coldkey +Locked ρ +Req ρ +OK\n5\w+ .* yes\n$/)
  })

  it('asks for the round, again after what is none, and is a program of its own', async () => {
    const child = spawn(process.execPath, [program, 'list-all', ...chainOptions()], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    child.stdin.end('three\n 3\n')
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /^Enter round number: Error: 'three' is not a valid integer\.\nEnter round number: \{"hotkey": "5\w{47}", "commit_hash"/,
    )
  })

  it('can be stopped', async () => {
    await mining.wallet('hasty')
    // Nothing becomes final while no block comes.
    mining.chain.node.stall(true)
    const args = ['-v', 'commit-hash', '--hash', HASH, ...mining.options('hasty')]
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      const was = stderr
      stderr += text
      if (stderr.includes('Sending') && !was.includes('Sending')) child.kill('SIGINT')
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    mining.chain.node.stall(false)
    expect(code, stderr).toBe(130)
    expect(stdout).toBe(failed('Interrupted by user'))
  })

  it('looks at the window by the chain’s block', async () => {
    await mining.wallet('waiting')
    mining.schedule({ earliest_reveal_block: 900_000, latest_reveal_block: 1_000_000 })
    const early = await original('commit-hash', '--hash', HASH, ...mining.options('waiting'))
    expect(early.code).toBe(1)
    expect(early.stdout).toMatch(
      /^\{"success": false, "error": "Current block \d+ is before the earliest reveal block 900000"\}\n$/,
    )
    mining.schedule({ earliest_reveal_block: 1, latest_reveal_block: 2 })
    const late = await original('commit-hash', '--hash', HASH, ...mining.options('waiting'))
    expect(late.stdout).toContain(`"round": ${MINING_ROUND + 1}}`)
    mining.schedule()
  })

  it('destroys nothing that is not revealed yet', async () => {
    const hotkey = await mining.wallet('patient')
    const sealed = { kind: 'timelock', encrypted: new Uint8Array(300), revealRound: 2n ** 40n } as const
    await (await mining.client()).setCommitment(hotkey, MINING_NETUID, [sealed])
    const { code, stdout } = await original('commit-hash', '--hash', HASH, ...mining.options('patient'))
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /"error": "Your commitment of block \d+ is not revealed yet .* another one would replace it"/,
    )
    const anyway = await original('commit-hash', '--hash', HASH, ...mining.options('patient'), '--overwrite')
    expect(anyway, anyway.stderr).toMatchObject({ code: 0 })
  })

  it.each([
    ['a short hash', ['commit-hash', '--hash', 'a1b2c3'], /^Invalid commit hash: "a1b2c3"/],
    [
      'no repository',
      ['commit-repo-cdn', '--repo', 'x', '--cdn-url', 'https://x.y'],
      /^Invalid git repository format: /,
    ],
    ['no URL', ['commit-repo-cdn', '--repo', 'a/b', '--cdn-url', 'x.y'], /^Invalid CDN URL format: /],
    ['a stranger', ['commit-hash', '--hash', HASH], /is not registered on subnet 17$/],
  ])('refuses %s in one object of JSON', async (name, args, message) => {
    const wallet = name.replace(/ /g, '-')
    await mining.wallet(wallet, false)
    const { code, stdout } = await original(...args, ...mining.options(wallet))
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toEqual({ success: false, error: expect.stringMatching(message) })
    expect(stdout).toMatch(/^\{"success": false, "error": ".*"\}\n$/)
  })

  it('fails in the original’s words when something is not there', async () => {
    const far = await original('list-all', '--round', '5', ...chainOptions())
    expect(far).toMatchObject({ code: 1, stdout: failed('Round 5 is not yet revealed. Next round is 4.') })
    const nobody = await original('list-all', '--round', '3', '--subtensor.endpoint', 'ws://127.0.0.1:1')
    expect(nobody.code).toBe(1)
    expect(nobody.stdout).toMatch(/^\{"success": false, "error": "Failed to fetch current block: /)
    const nowhere = ['--competition', `${mining.competition}/nothing`]
    const none = await original('commit-hash', '--hash', HASH, ...mining.options('miner'), ...nowhere)
    expect(none.code).toBe(1)
    expect(none.stdout).toMatch(
      /^\{"success": false, "error": "Failed to fetch state: Failed to fetch state\.json from http:.*\/nothing\/state\.json: /,
    )
  })

  it('shows what it would send', async () => {
    await mining.wallet('careful')
    const { code, stdout } = await original('commit-hash', '--hash', HASH, ...mining.options('careful'), '--dry-run')
    expect(code).toBe(0)
    const text = `{"commit": "${HASH}"}`
    expect(JSON.parse(stdout)).toEqual({
      success: true,
      commit: HASH,
      round: MINING_ROUND,
      dry_run: true,
      payload: text,
      payload_hex: `0xd8${Buffer.from(text).toString('hex')}`,
      reveal_round: expect.any(Number),
    })
  })

  it.each([
    [[]],
    [['commit-hash', '--wallet.name', 'a', '--wallet.hotkey', 'b']],
    [['commit-hash', '--hash', HASH, '--wallet.name', 'a']],
    [['commit-hash', '--hash', HASH, '--wallet.hotkey', 'b']],
    [['commit-hash', '-v', '--hash', HASH, '--wallet.name', 'a', '--wallet.hotkey', 'b']],
    [['list-all', '--netuid', 'seventeen']],
    [['list-all', '--required-lock', 'much']],
    [['list-all', '--no-such-option']],
    [['no-such-command']],
  ])('is used wrongly: %j', async (args) => {
    const { code, stdout, stderr } = await original(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).not.toBe('')
  })
})

const chainOptions = () => ['--netuid', '17', '--subtensor.endpoint', mining.endpoint]
