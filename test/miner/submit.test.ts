import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkCdn } from '../../src/miner/cdn-check.ts'
import { submitHash, submitRepoCdn } from '../../src/miner/submit.ts'
import { files } from '../../src/state/index.ts'
import { testConfig } from '../support/competition.ts'
import { type HttpTestServer, startHttpServer } from '../support/file-server.ts'
import { benchOf, competitionOf, documentsOf, HASH, keyOf, OTHER_HASH, ROUND } from './miner.ts'

const REPO = 'user/repo'

describe('a hash', () => {
  it('is committed under a timelock, and revealed by the chain as other tools write it', async () => {
    const bench = benchOf()
    const { round, committed, sealing } = await submitHash(bench, HASH)
    expect({ round, block: committed?.blockNumber }).toEqual({ round: ROUND, block: 1011 })
    expect(sealing.plaintext).toHaveLength(55)
    const held = await bench.fake.commitment(17, bench.hotkey.address)
    expect(held?.fields).toMatchObject([{ kind: 'timelock', revealRound: BigInt(sealing.revealRound) }])
    expect(await bench.fake.reveals(17, 1011)).toEqual([])
    while ((await bench.fake.reveals(17, 2000)).length === 0) bench.fake.mine()
    const [reveal] = await bench.fake.reveals(17, 2000)
    expect(reveal).toMatchObject({ hotkey: bench.hotkey.address, text: `{"commit": "${HASH}"}` })
    // Two to four blocks after its inclusion, as on the real chain.
    expect(reveal?.block).toBe(committed?.expectedRevealBlock)
    expect(reveal?.block).toBeGreaterThanOrEqual(1013)
    expect(reveal?.block).toBeLessThanOrEqual(1015)
  })

  it('is waited for until it shows', async () => {
    const bench = benchOf({ wait: true })
    const { revealedAt, committed } = await submitHash(bench, HASH)
    expect(revealedAt).toBe(committed?.expectedRevealBlock)
  })

  it('counts for the next round once the window has closed, and nothing counts before it opens', async () => {
    expect(await submitHash(benchOf({}, 1101), HASH)).toMatchObject({ round: ROUND + 1 })
    expect(await submitHash(benchOf({}, 1100), HASH)).toMatchObject({ round: ROUND })
    const early = benchOf({}, 998)
    await expect(submitHash(early, HASH)).rejects.toThrow('Current block 998 is before the earliest reveal block 1000')
    expect(early.fake.sent).toBe(0)
  })

  it('that would be revealed after the window is warned of, and told where it came to lie', async () => {
    const bench = benchOf({ wait: true }, 1098)
    expect(await submitHash(bench, HASH)).toMatchObject({ round: ROUND + 1 })
    expect(bench.warnings.join()).toContain(`it will count for round ${ROUND + 1}`)
    const inTime = benchOf({}, 1090)
    await submitHash(inTime, HASH)
    expect(inTime.warnings).toEqual([])
    const asOriginal = benchOf({ warnOfMissingHalf: true }, 1090)
    await submitHash(asOriginal, HASH)
    expect(asOriginal.warnings).toEqual([`You have not committed repo and cdn_url for round ${ROUND}.`])
  })

  it.each(['abc', HASH.toUpperCase(), `${HASH}0`, `${HASH}\n`, 'main', ''])('must be whole: %j', async (hash) => {
    const bench = benchOf()
    await expect(submitHash(bench, hash)).rejects.toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('rev-parse'),
    })
    expect(bench.fake.sent).toBe(0)
  })

  it('is warned of when it was revealed before, or takes the place of another one', async () => {
    const bench = benchOf()
    bench.fake.reveal(bench.hotkey.address, `{"commit": "${HASH}"}`, 1005)
    await submitHash(bench, HASH)
    expect(bench.warnings.join()).toContain('revealed already, since block 1005')
    const other = benchOf()
    other.fake.reveal(other.hotkey.address, `{"commit": "${OTHER_HASH}"}`, 1005)
    await submitHash(other, HASH)
    expect(other.warnings.join()).toContain(`replaces your hash ${OTHER_HASH} of block 1005`)
    expect(other.warnings.join()).toContain('once you say again where the code is')
  })
})

describe('a commitment that is not revealed yet', () => {
  it('is not replaced', async () => {
    const bench = benchOf()
    await submitHash(bench, HASH)
    const before = await bench.fake.commitment(17, bench.hotkey.address)
    await expect(submitHash(bench, OTHER_HASH)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(
        /^Your commitment of block 1011 is not revealed yet .* another one would replace it$/,
      ),
      hint: expect.stringContaining('--wait'),
    })
    expect(await bench.fake.commitment(17, bench.hotkey.address)).toBe(before)
  })

  it('is waited for, so that both show', async () => {
    const bench = benchOf()
    await submitHash(bench, HASH)
    const waitedFor: string[] = []
    const patience = { ...bench.patience, waitsFor: (what: string) => void waitedFor.push(what) }
    await submitHash({ ...bench, pending: 'wait', wait: true, patience }, OTHER_HASH)
    expect(waitedFor).toEqual([
      expect.stringMatching(/^the reveal of what you committed in block 1011, at about block \d+$/),
      'the commitment to be final',
      expect.stringMatching(/^the reveal at about block \d+$/),
    ])
    const reveals = await bench.fake.reveals(17, 2000)
    expect(reveals.map(({ text }) => text)).toEqual([`{"commit": "${HASH}"}`, `{"commit": "${OTHER_HASH}"}`])
  })

  it('is replaced when somebody says so', async () => {
    const bench = benchOf()
    await submitHash(bench, HASH)
    await submitHash({ ...bench, pending: 'overwrite' }, OTHER_HASH)
    bench.fake.mine(10)
    expect(await bench.fake.reveals(17, 2000)).toMatchObject([{ text: `{"commit": "${OTHER_HASH}"}` }])
  })

  it('is given up when it never opens, but only when somebody says so', async () => {
    const bench = benchOf()
    const sealed = { kind: 'timelock', encrypted: new Uint8Array(300), revealRound: 2n ** 64n - 1n } as const
    await bench.fake.setCommitment(bench.hotkey, 17, [sealed])
    for (const pending of ['refuse', 'wait'] as const) {
      await expect(submitHash({ ...bench, pending }, HASH)).rejects.toMatchObject({
        code: 'refused',
        hint: expect.stringContaining('--overwrite'),
      })
    }
    expect(await submitHash({ ...bench, pending: 'overwrite', wait: true }, HASH)).toHaveProperty('revealedAt')
  })
})

describe('waiting for a reveal', () => {
  it('ends when another commitment took its place', async () => {
    const bench = benchOf({ wait: true })
    let once = true
    const pause = async () => {
      if (once) await submitHash({ ...bench, wait: false, pending: 'overwrite' }, OTHER_HASH)
      once = false
      bench.fake.mine()
    }
    await expect(submitHash({ ...bench, patience: { ...bench.patience, pause } }, HASH)).rejects.toThrow(
      /another commitment replaced it/,
    )
  })

  it('ends when drand’s pulses do not come, and says so before', async () => {
    const bench = benchOf({ wait: true })
    bench.fake.pulses = false
    await expect(submitHash(bench, HASH)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/^Not revealed at block \d+, expected at \d+$/),
    })
    await submitHash({ ...bench, wait: false, pending: 'overwrite' }, HASH)
    expect(bench.warnings.at(-1)).toMatch(/^The chain has not had drand’s last \d+ pulses/)
  })
})

describe('repository and CDN', () => {
  let server: HttpTestServer
  const heads: string[] = []
  beforeAll(async () => {
    server = await startHttpServer((request, response) => {
      heads.push(`${request.method} ${request.url}`)
      const status = request.url?.startsWith('/moved') ? 302 : request.url?.startsWith('/broken') ? 503 : 404
      response.writeHead(status, { location: '/' }).end()
    })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const revealed = (changes: Parameters<typeof benchOf>[0] = {}) => {
    const bench = benchOf(changes)
    bench.fake.reveal(bench.hotkey.address, `{"commit": "${HASH}"}`, 1005)
    return bench
  }

  it('follow the hash, in one commitment', async () => {
    const bench = revealed({ wait: true })
    const cdn = `${server.url}/models/`
    expect(await submitRepoCdn(bench, REPO, cdn)).toMatchObject({ round: ROUND })
    expect((await bench.fake.reveals(17, 2000)).at(-1)?.text).toBe(`{"repo": "${REPO}", "cdn_url": "${cdn}"}`)
    expect(heads).toContain('HEAD /models/')
    expect(bench.warnings).toEqual([expect.stringContaining('which only this network can reach')])
  })

  it('need the hash first, revealed', async () => {
    const bench = benchOf()
    const message = `You have not committed hash for round ${ROUND}. Please commit hash first.`
    await expect(submitRepoCdn(bench, REPO, server.url)).rejects.toThrow(message)
    await submitHash(bench, HASH)
    await expect(submitRepoCdn(bench, REPO, server.url)).rejects.toMatchObject({
      message,
      hint: expect.stringContaining('block 1011'),
    })
    bench.fake.mine(5)
    await submitRepoCdn(bench, REPO, server.url)
    // One of the round before does not do.
    const next = benchOf({}, 1105)
    next.fake.reveal(next.hotkey.address, `{"commit": "${HASH}"}`, 1005)
    await expect(submitRepoCdn(next, REPO, server.url)).rejects.toThrow('committed hash for round 4')
  })

  it('are refused when the repository does not have the commit, and warned of when nobody can tell', async () => {
    const asked: string[][] = []
    const findCode = async (...args: [string, string]) => {
      asked.push(args)
      return { found: 'no' } as const
    }
    await expect(submitRepoCdn(revealed({ findCode }), REPO, server.url)).rejects.toThrow('does not contain the commit')
    expect(asked).toEqual([[REPO, HASH]])
    const unknown = revealed({ findCode: async () => ({ found: 'unknown' }) })
    await submitRepoCdn(unknown, REPO, server.url)
    expect(unknown.warnings[0]).toContain('did not say whether it contains')
  })

  it('are warned of when the commit names another hotkey, or none, where that matters', async () => {
    const saidOf = async (hotkey: string | null | undefined, documents = competitionOf()) => {
      const findCode = async () => ({ found: 'yes', ...(hotkey === undefined ? {} : { hotkey }) }) as const
      const bench = revealed({ findCode, documents })
      await submitRepoCdn(bench, REPO, server.url)
      return bench.warnings.filter((text) => text.includes('commit'))
    }
    const own = keyOf(7).address
    expect(await saidOf(own)).toEqual([])
    expect(await saidOf(keyOf(9).address)).toEqual([
      expect.stringContaining(`not take it (other-hotkey): the commit ${HASH} names ${keyOf(9).address}. `),
    ])
    expect(await saidOf(null)).toEqual([expect.stringContaining('names several hotkeys')])
    expect(await saidOf(undefined)).toEqual([expect.stringContaining(`git commit --trailer "Hotkey: ${own}"`)])
    const legacy = competitionOf('open', { 'config.json': files.config.serialise(testConfig({ rules: 'legacy' })) })
    expect(await saidOf(keyOf(9).address, legacy)).toEqual([])
    expect(await saidOf(undefined, legacy)).toEqual([])
  })

  it('of any CDN are committed, with what is wrong with it said', async () => {
    const said = async (url: string) => {
      const bench = revealed()
      await submitRepoCdn(bench, REPO, url)
      return bench.warnings.join('\n')
    }
    expect(await said(`${server.url}/moved`)).not.toContain('HTTP 302')
    expect(await said(`${server.url}/broken`)).toContain('answers HTTP 503')
    expect(await said('http://127.0.0.1:1')).toContain('does not answer')
  })

  it.each([
    ['http://cdn.test/models', ['plain http', 'does not answer']],
    ['https://cdn.test:2222/models', ['the ports 80, 443, 8080, 8443 only', 'does not answer']],
    ['https://cdn.test:8443/models', ['does not answer']],
  ])('at %s are told what the collector will say to it', async (url, words) => {
    const { warnings } = await checkCdn(new URL(url), async () => ['1.1.1.1'], 50)
    expect(warnings).toEqual(words.map((each) => expect.stringContaining(each)))
  })

  it.each([
    ['repo', 'https://cdn.example.com', 'Invalid git repository format'],
    ['a/b/c', 'https://cdn.example.com', "Expected format: 'user/repo'"],
    ['a/b\n', 'https://cdn.example.com', 'Invalid git repository format'],
    [REPO, 'cdn.example.com', 'Invalid CDN URL format'],
    [REPO, 'ftp://cdn.example.com', 'Expected a valid URL with scheme (http:// or https://)'],
    [REPO, 'https:cdn.example.com', 'Invalid CDN URL format'],
  ])('must look like it: %j %j', async (repo, cdn, message) => {
    const bench = revealed()
    await expect(submitRepoCdn(bench, repo, cdn)).rejects.toThrow(message)
    expect(bench.fake.sent).toBe(0)
  })

  it('that the collector would refuse are warned of', async () => {
    const bench = revealed()
    await submitRepoCdn(bench, '-user/repo', server.url)
    expect(bench.warnings.join()).toContain('tiny would not take it (bad-value): repo: expected a repository')
  })
})

describe('before anything is sent', () => {
  it('a hotkey must be registered', async () => {
    const bench = benchOf({ hotkey: keyOf(8) })
    await expect(submitHash(bench, HASH)).rejects.toThrow('is not registered on subnet 17')
    expect(bench.fake.sent).toBe(0)
  })

  it('there must be space left in this epoch: ten commitments fill it', async () => {
    const bench = benchOf({ wait: true }, 1003)
    const hash = (n: number) => HASH.slice(0, -1) + n.toString(16)
    for (let n = 0; n < 10; n++) await submitHash(bench, hash(n))
    await expect(submitHash(bench, hash(10))).rejects.toMatchObject({
      message: 'No space left: 2990 of 3100 bytes of this epoch are used, and this commitment counts 299',
      hint: 'Try again from block 1080 on, in the next epoch.',
    })
    expect(bench.fake.sent).toBe(10)
    bench.fake.mine(80)
    await submitHash(bench, hash(10))
  })

  it('a dry run stops', async () => {
    const bench = benchOf({ dryRun: true })
    const { committed, sealing } = await submitHash(bench, HASH)
    expect(committed).toBeUndefined()
    expect(sealing).toMatchObject({ text: `{"commit": "${HASH}"}`, space: 299 })
    expect(bench.fake.sent).toBe(0)
  })

  it('the lock is looked at, where one is asked for', async () => {
    const bench = benchOf({ requiredLock: 100 })
    await submitHash(bench, HASH)
    expect(bench.warnings.at(-1)).toContain('has locked 0 of the 100 ρ')
    const locked = benchOf({ requiredLock: 100 })
    locked.fake.locks.set(`coldkey of ${locked.hotkey.address}`, 100_000_000_000n)
    await submitHash(locked, HASH)
    expect(locked.warnings).toEqual([])
  })

  it('the competition says whether anything counts at all', async () => {
    const bench = benchOf({ documents: competitionOf('finished') })
    await submitHash(bench, HASH)
    expect(bench.warnings.at(-1)).toContain('The competition is over')
  })

  it('its documents must be there', async () => {
    const nothing = benchOf({ documents: documentsOf({}) })
    await expect(submitHash(nothing, HASH)).rejects.toThrow(
      /^Failed to fetch state: Failed to fetch state.json from memory/,
    )
    const broken = benchOf({ documents: competitionOf('open', { 'rounds/3/schedule.json': '{}' }) })
    await expect(submitHash(broken, HASH)).rejects.toThrow(/^Failed to fetch schedule: .*earliest_reveal_block/s)
  })
})
