import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../src/errors.ts'
import type { History, HistoryCommit } from '../../src/repo/history.ts'
import { openHistory } from '../../src/repo/open-history.ts'
import {
  type Checkpoint,
  checkpointOf,
  parseCheckpoint,
  serialiseCheckpoint,
  type Terms,
} from '../../src/verify/checkpoint.ts'
import { verifySince } from '../../src/verify/resume.ts'
import type { Step } from '../../src/verify/step.ts'
import { type Verification, verify } from '../../src/verify/verify.ts'
import { competition, everyRound, miner, type TestCompetition } from '../support/competition.ts'
import { MemoryHistory, type Planned, plansOf } from '../support/memory-history.ts'
import fc from '../support/properties.ts'

const terms: Terms = { engine: 'roundkeeper/test', allowed_signers: null, evidence: false }

/** The same history, as it was when `head` was its newest commit. */
class Earlier implements History {
  readonly id = 'earlier'
  readonly backend = 'git'
  readonly head: string
  readonly #whole: History

  constructor(whole: History, head: string) {
    this.#whole = whole
    this.head = head
  }

  async *commits(since?: string): AsyncGenerator<HistoryCommit> {
    if (since === this.head) return
    for await (const commit of this.#whole.commits(since)) {
      yield commit
      if (commit.oid === this.head) return
    }
  }

  async count(since?: string): Promise<number> {
    return (await Array.fromAsync(this.commits(since))).length
  }

  tree = (commit: string) => this.#whole.tree(commit)
  blob = (oid: string) => this.#whole.blob(oid)
  async [Symbol.asyncDispose](): Promise<void> {}
}

/** What an audit of the day before would have written, read again. */
async function checkpointAt(whole: History, head: string): Promise<Checkpoint> {
  const before = await verify(new Earlier(whole, head))
  return parseCheckpoint(serialiseCheckpoint(checkpointOf(before, 'tiny', terms)), 'checkpoint')
}

/** All that a report says; of what is recorded and recomputed, only what is broken. */
const said = ({ findings, decisions, robustness, commits, root, since }: Verification) =>
  JSON.parse(
    JSON.stringify({
      findings,
      decisions: decisions.map(({ recorded, recomputed, ...rest }) =>
        rest.level === 'broken' ? { recorded, recomputed, ...rest } : rest,
      ),
      robustness,
      commits,
      root,
      since,
    }),
  ) as unknown

describe('verifying what is new since a checkpoint', () => {
  let game: TestCompetition
  let plans: Planned[]
  let honest: MemoryHistory

  beforeAll(async () => {
    const [good, better] = [miner('good', 2), miner('better', 3)]
    game = await competition({ leader: miner('base', 1), miners: [good, better], before: everyRound(good, better) })
    expect((await game.play()).status).toBe('finished')
    await using history = await openHistory(join(game.dir, 'state.git'))
    plans = await plansOf(history)
    honest = new MemoryHistory(plans)
  })
  afterAll(() => game[Symbol.asyncDispose]())

  async function expectSum(history: MemoryHistory): Promise<void> {
    const whole = said(await verify(history))
    for (let cut = 0; cut < plans.length; cut += 1) {
      const checkpoint = await checkpointAt(history, history.oid(cut))
      expect(said(await verifySince(history, checkpoint, { terms })), `cut at commit ${cut}`).toEqual(whole)
    }
  }

  it('finds what one walk over everything finds, wherever the cut is', () => expectSum(honest))

  it('finds the same in a history that somebody tampered with', async () => {
    const places = plans.flatMap(({ files = {} }, at) => Object.keys(files).map((path) => ({ at, path })))
    const kind = fc.constantFrom('change', 'delete', 'garble', 'date', 'copy', 'link', 'policy', 'pause', 'nothing')
    const act = fc.record({ place: fc.constantFrom(...places), later: fc.nat(plans.length), kind })
    const acts = fc.array(act, { minLength: 1, maxLength: 3 })
    const property = fc.asyncProperty(acts, fc.nat(plans.length - 1), async (all, cut) => {
      const history = new MemoryHistory(all.reduce(tampered, plans))
      const whole = said(await verify(history))
      const checkpoint = await checkpointAt(history, history.oid(cut))
      expect(said(await verifySince(history, checkpoint, { terms }))).toEqual(whole)
    })
    await fc.assert(property, { numRuns: 40 })
  })

  it('looks at nothing that was verified before', async () => {
    const seen: string[] = []
    const watch = { name: 'watch', step: ({ commit }: Step) => void seen.push(commit.oid) }
    const checkpoint = await checkpointAt(honest, honest.oid(-3))
    const result = await verifySince(honest, checkpoint, { terms, checks: [watch] })
    expect(seen).toEqual([honest.oid(-2), honest.oid(-1)])
    expect(result.commits).toBe(plans.length)
    expect(result.earlier).toMatchObject({ head: honest.oid(-3), commits: plans.length - 2 })
  })

  it('goes on from a commit that is trusted without having been verified', async () => {
    const base = honest.oid(-5)
    const first = await verify(new Earlier(honest, honest.oid(-3)), { since: base })
    const second = await verifySince(honest, checkpointOf(first, 'tiny', terms), { terms })
    expect(said(second)).toEqual(said(await verify(honest, { since: base })))
    expect(second).toMatchObject({ since: base, root: null, commits: 4 })
  })

  it.each([
    ['another version', { engine: 'roundkeeper/next' }, 'the checkpoint was written by roundkeeper/test'],
    ['another list of signers', { allowed_signers: 'digest' }, 'the checkpoint goes by another list'],
    ['a look at the evidence', { evidence: true }, 'for the checkpoint, the evidence itself was not looked at'],
  ])('looks at everything again for %s', async (_name, changes, why) => {
    const checkpoint = await checkpointAt(honest, honest.oid(-3))
    const result = await verifySince(honest, checkpoint, { terms: { ...terms, ...changes } })
    expect(said(result)).toEqual(said(await verify(honest)))
    expect(result).toMatchObject({ earlier: null, again: expect.stringContaining(why) })
  })

  describe('of a history that was pushed by force', () => {
    const expectRewritten = ({ findings }: Verification, before: string, now: string) => {
      const found = findings.filter(({ code }) => code === 'history/rewritten')
      expect(found).toEqual([findings[0]])
      expect(found[0]).toMatchObject({ severity: 'error', commit: now, path: null })
      expect(found[0]?.message).toContain(before)
      expect(found[0]?.message).toContain(now)
    }

    it('is an error that names both ends, and all of the new one is looked at', async () => {
      const checkpoint = await checkpointAt(honest, honest.oid(-2))
      const other = new MemoryHistory([...plans.slice(0, -4), { files: { a: '1' } }])
      const result = await verifySince(other, checkpoint, { terms })
      expectRewritten(result, honest.oid(-2), other.head)
      expect(result).toMatchObject({ commits: plans.length - 3, root: honest.oid(0), earlier: null })
      expect(result.findings.slice(1)).toEqual((await verify(other)).findings)
    })

    it('is one also where commits were only taken away', async () => {
      const checkpoint = await checkpointAt(honest, honest.oid(-2))
      const shorter = new MemoryHistory(plans.slice(0, -4))
      expectRewritten(await verifySince(shorter, checkpoint, { terms }), honest.oid(-2), shorter.head)
    })

    it('is one where it was replaced from the first commit on, by its name', async () => {
      const checkpoint = await checkpointAt(honest, honest.oid(-2))
      const other = new MemoryHistory([{ ...plans[0], message: 'Another beginning' }, ...plans.slice(1)])
      expectRewritten(await verifySince(other, checkpoint, { terms }), honest.oid(-2), other.head)
    })

    it('is known for ever after', async () => {
      const other = new MemoryHistory(plans.slice(0, -4))
      const found = await verifySince(other, await checkpointAt(honest, honest.oid(-2)), { terms })
      const next = checkpointOf(found, 'tiny', terms)
      other.add({ files: { a: '1' } })
      const later = await verifySince(other, next, { terms })
      expect(later.findings[0]).toEqual(found.findings[0])
      expect(later.earlier).toMatchObject({ head: next.head })
      const newer = await verifySince(other, next, { terms: { ...terms, engine: 'roundkeeper/next' } })
      expect(newer.findings[0]).toEqual(found.findings[0])
    })
  })

  it('refuses a checkpoint of another competition', async () => {
    const checkpoint = await checkpointAt(honest, honest.head)
    const other = new MemoryHistory([{ files: { a: '1' } }])
    await expect(verifySince(other, checkpoint, { terms })).rejects.toMatchObject({
      code: 'refused',
      message: 'the checkpoint is of another competition',
    })
  })

  it('says that a history is not whole, rather than that it was rewritten', async () => {
    const checkpoint = await checkpointAt(honest, honest.oid(-2))
    const shallow = new MemoryHistory(plans.slice(0, -4))
    const missing = new RoundkeeperError('not-found', 'a shallow clone')
    shallow.count = () => Promise.reject(missing)
    await expect(verifySince(shallow, checkpoint, { terms })).rejects.toBe(missing)
  })
})

describe('a checkpoint', () => {
  const history = new MemoryHistory([{ files: { a: '1' } }, { files: { a: '2' } }])
  const written = async () => serialiseCheckpoint(checkpointOf(await verify(history), null, terms))

  it('is read as it was written', async () => {
    const checkpoint = parseCheckpoint(await written(), 'file')
    expect(checkpoint).toMatchObject({ head: history.head, root: history.oid(0), base: null, version: 1 })
    expect(serialiseCheckpoint(checkpoint)).toBe(await written())
  })

  it.each([
    ['nothing', () => '', 'is not a checkpoint'],
    ['other JSON', () => '{"version": 1}', 'is not a checkpoint'],
    ['half of one', (text: string) => text.slice(0, -40), 'is not a checkpoint'],
    ['one with a changed number', (text: string) => text.replace('"commits":2', '"commits":3'), 'is damaged'],
    ['one of another version', (text: string) => redigested(text, '"version":1', '"version":2'), 'of another version'],
    ['one of another shape', (text: string) => redigested(text, '"commits":2', '"commits":-2'), 'of another version'],
  ])('is refused: %s', async (_name, damage, message) => {
    const text = damage(await written())
    expect(() => parseCheckpoint(text, 'file')).toThrow(expect.objectContaining({ code: 'refused', where: 'file' }))
    expect(() => parseCheckpoint(text, 'file')).toThrow(message)
  })
})

function redigested(text: string, from: string, to: string): string {
  const { checkpoint } = JSON.parse(text.replace(from, to)) as { checkpoint: Checkpoint }
  return serialiseCheckpoint(checkpoint)
}

interface Tampering {
  readonly place: { readonly at: number; readonly path: string }
  /** So many commits after the file was written. */
  readonly later: number
  readonly kind: string
}

const PAUSE = { kind: 'pause', by: 'Somebody', at: '2026-03-01T08:00:00Z', reason: 'a look', from: 'open', round: 0 }
const SIGNER = 'engine@example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti'

function tampered(plans: readonly Planned[], { place, later, kind }: Tampering): Planned[] {
  const { at: written, path } = place
  const content = plans[written]?.files?.[path]
  const text = content instanceof Uint8Array ? new TextDecoder().decode(content) : ''
  const changes: Record<string, Partial<Planned>> = {
    change: { files: { [path]: text.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)) } },
    delete: { files: { [path]: null } },
    garble: { files: { [path]: text.slice(0, text.length / 2) } },
    copy: { files: { [path.toUpperCase()]: text } },
    link: { files: { [path]: { mode: '120000', content: 'elsewhere' } } },
    date: { at: new Date('2026-02-28T00:00:00Z') },
    policy: { files: { 'policy/allowed_signers': `${SIGNER}\n` } },
    pause: { files: { 'interventions/0001.json': JSON.stringify(PAUSE, null, 2) } },
    nothing: { files: {}, message: 'Nothing', trailers: {} },
  }
  const at = Math.min(written + later, plans.length - 1)
  return plans.map((plan, index) => {
    if (index !== at) return plan
    const { files, ...change } = changes[kind] ?? {}
    return { ...plan, ...change, files: kind === 'nothing' ? {} : { ...plan.files, ...files } }
  })
}
