import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RoundkeeperError } from '../../../src/errors.ts'
import type { Judge } from '../../../src/judge/judge.ts'
import { openHistory } from '../../../src/repo/open-history.ts'
import { files, LEADER } from '../../../src/state/index.ts'
import { FolderSource } from '../../../src/store/source/folder-source.ts'
import type { EvidenceRequest } from '../../../src/verify/evidence/index.ts'
import { verify } from '../../../src/verify/verify.ts'
import { type SmallDemo, smallDemo } from '../../support/small-demo.ts'
import { Copy, offlineJudge, requestOn } from './support.ts'

let demo: SmallDemo
beforeAll(async () => {
  demo = await smallDemo()
})
afterAll(() => demo[Symbol.asyncDispose]())

async function verified({ repo, store }: Pick<Copy, 'repo' | 'store'>, changes: Partial<EvidenceRequest> = {}) {
  await using history = await openHistory(repo)
  return await verify(history, { evidence: requestOn(await FolderSource.open(store), changes) })
}

describe('levels of decisions', () => {
  it('stay as they are when all evidence is there', async () => {
    const { decisions, findings } = await verified(demo)
    expect(findings.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(new Set(decisions.map(({ level }) => level))).toEqual(new Set(['proved']))
  })

  it('fall for the matches and the audit that rest on what is not there, and for no others', async () => {
    await using copy = await Copy.of(demo)
    const records = await copy.records()
    const [hotkey = ''] = Object.keys(await records.read(files.generationAudits, 0))
    const [submitted] = Object.values(await records.read(files.submitted, 0, hotkey))
    await copy.remove(submitted!.png_sha256!, 'png')
    const { decisions, findings } = await verified(copy)
    expect(findings.map(({ code }) => code)).toContain('evidence/missing')
    const unproved = decisions.filter(({ level }) => level !== 'proved')
    expect(unproved.length).toBeGreaterThanOrEqual(2)
    for (const { kind, subject, path, level, note } of unproved) {
      expect(level).toBe('consistent')
      expect(note).toMatch(/^The store does not have/)
      expect(kind === 'audit' ? subject : path).toContain(kind === 'audit' ? hotkey : hotkey.slice(0, 10))
    }
    expect(new Set(unproved.map(({ kind }) => kind))).toEqual(new Set(['match', 'audit']))
  })

  it('break where a verdict rests on a picture that is not the model’s, also when nobody asked a judge', async () => {
    await using copy = await Copy.of(demo)
    const records = await copy.records()
    const [hotkey = ''] = Object.keys(await records.read(files.generationAudits, 0))
    const report = await records.read(files.duels, 0, LEADER, hotkey)
    // The same verdicts, recorded once more on top of an output that was tampered with.
    await copy.edit(files.submitted, [0, hotkey], (all) => {
      const [[stem, first], [, second]] = Object.entries(all) as [[string, typeof all.x], [string, typeof all.x]]
      return { ...all, [stem]: { ...first!, png_sha256: second!.png_sha256!, pixels_sha256: second!.pixels_sha256! } }
    })
    const commit = await copy.edit(files.duels, [0, LEADER, hotkey], (all) => ({
      ...all,
      duels: report.duels.map((duel) => ({ ...duel, issues: `${duel.issues} `, transcript: undefined })),
    }))
    const { decisions } = await verified(copy)
    const match = decisions.find(({ kind, path }) => kind === 'match' && path.includes(`${hotkey}/duels_leader`))
    expect(match).toMatchObject({ level: 'broken' })
    expect(match?.note).toContain('not what that model looks like')
    expect(commit).toHaveLength(40)
  })
})

describe('a judge that is asked again', () => {
  const answering = (winner: 'left' | 'right' | 'draw', about: Partial<Judge>): Judge => ({
    id: 'moody/1',
    deterministic: false,
    judge: async () => ({ kind: 'decided', winner, issues: '', transcript: {} }),
    ...about,
  })

  it('may disagree, if it is one that may: that is reported, and no error', async () => {
    const judge = answering('draw', {})
    const { evidence, findings } = await verified(demo, { judge, rejudge: 1000 })
    const again = evidence.rejudged!
    expect(again).toMatchObject({ judge: 'moody/1', drawn: again.judged, asked: again.judged, unanswered: 0 })
    expect(again.agreed + again.disagreements.length).toBe(again.asked)
    expect(again.disagreements.length).toBeGreaterThan(0)
    expect(again.rounds).toEqual([{ round: 0, asked: again.asked, agreed: again.agreed, interval: again.interval }])
    const told = findings.filter(({ code }) => code === 'evidence/rejudge')
    expect(new Set(told.map(({ path }) => path))).toEqual(new Set(again.disagreements.map(({ path }) => path)))
    expect(new Set(told.map(({ severity }) => severity))).toEqual(new Set(['note']))
  })

  it('is false when it always answers the same and did not', async () => {
    const liar = answering('draw', { id: offlineJudge.id, deterministic: true })
    const quiet = { ...liar, judge: offlineJudge.judge.bind(offlineJudge) }
    let asked = 0
    // It answers as recorded while verdicts are reduced, and otherwise afterwards.
    const { evidence } = await verified(demo, { judge: quiet, rejudge: 1 })
    const judge: Judge = {
      ...liar,
      judge: (question, signal) =>
        ++asked > evidence.verdicts!.checked ? liar.judge(question, signal) : quiet.judge(question, signal),
    }
    const { findings } = await verified(demo, { judge, rejudge: 1000 })
    const told = findings.filter(({ code }) => code === 'evidence/verdict')
    expect(told.length).toBeGreaterThan(0)
    expect(told[0]).toMatchObject({ severity: 'error', message: expect.stringContaining('answers otherwise') })
  })

  it('is asked about void duels, too: they may have been made void because they were lost', async () => {
    await using copy = await Copy.of(demo)
    const records = await copy.records()
    const [hotkey = ''] = Object.keys(await records.read(files.generationAudits, 0))
    await copy.edit(files.duels, [0, LEADER, hotkey], (report) => {
      const at = report.duels.findIndex(({ transcript }) => transcript !== undefined)
      const made = { winner: 'skipped' as const, void: 'refusal' }
      return { ...report, duels: report.duels.map((duel, i) => (i === at ? { ...duel, ...made } : duel)) }
    })
    const { evidence } = await verified(copy, { judge: answering('left', {}), rejudge: 2 })
    expect(evidence.rejudged).toMatchObject({ drawn: 2, asked: 2, voids: { recorded: 1, asked: 1, answered: 1 } })
    expect(evidence.rejudged?.disagreements).toContainEqual(
      expect.objectContaining({ recorded: 'skipped', again: 'left' }),
    )
  })

  it('that cannot be asked takes nothing from the rest of the report, and is not asked on and on', async () => {
    let asked = 0
    const judge = answering('left', {
      judge: async () => {
        asked += 1
        throw new RoundkeeperError('unavailable', 'nobody answers at the model')
      },
    })
    const { evidence, decisions } = await verified(demo, { judge, rejudge: 50 })
    expect(evidence.rejudged).toMatchObject({ asked: 0, unanswered: evidence.rejudged?.drawn })
    expect(evidence.rejudged?.failure).toContain('nobody answers at the model')
    expect(decisions.length).toBeGreaterThan(0)
    expect(asked).toBeLessThanOrEqual(4)
  })

  it('that gives no verdict is counted as that', async () => {
    const judge = answering('left', { judge: async () => ({ kind: 'void', cause: 'tired' }) })
    const { evidence } = await verified(demo, { judge, rejudge: 3 })
    expect(evidence.rejudged).toMatchObject({ drawn: 3, asked: 0, unanswered: 3, interval: [0, 1] })
  })
})
