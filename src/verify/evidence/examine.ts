/**
 * Looks at the evidence itself: goes once more over the files that name it, in the order in which they were written,
 * fetches every object, and does again what was done with it.
 */
import { isDeepStrictEqual } from 'node:util'
import type { History } from '../../repo/history.ts'
import { files } from '../../state/files.ts'
import { fileAt } from '../../state/locate.ts'
import type { Outputs } from '../../state/outputs.ts'
import { LEADER } from '../../state/winner.ts'
import { drawingOf } from './drawing.ts'
import { type DuelQuestion, examineDuel, objectsOf as ofDuel } from './duels.ts'
import { type Examination, tally } from './examination.ts'
import { type Facts, noFacts } from './facts.ts'
import { type CheckQuestion, examineCheck, objectsOf as ofCheck } from './judge-checks.ts'
import type { EvidencePorts, Kit } from './kit.ts'
import { Lanes } from './lanes.ts'
import type { Ledger, Naming } from './ledger.ts'
import { Objects } from './objects.ts'
import { examineOutput, type OutputQuestion, objectsOf as ofOutput } from './outputs.ts'
import { Page } from './page.ts'
import type { Problem } from './problem.ts'
import { RecordReader } from './record-reader.ts'

export interface EvidenceOptions extends EvidencePorts {
  /** What was verified before. */
  readonly facts?: Facts
  progress?(progress: EvidenceProgress): void
}

export interface EvidenceProgress {
  /** For people. */
  readonly what: string
  readonly done: number
  readonly total: number
}

/** Outputs or duels that are looked at at the same time: models may be large, and drawing takes longer than fetching. */
const AT_ONCE = 4

/**
 * @param since the commit after which the ledger begins
 * @throws `unavailable`, `unauthorised`, `not-found` when the store does not answer; `aborted`
 */
export async function examine(
  history: History,
  ledger: Ledger,
  since: string | undefined,
  options: EvidenceOptions,
  signal: AbortSignal,
): Promise<Examination> {
  const tree = since === undefined ? [] : [...(await history.tree(since))]
  const records = new RecordReader(
    history,
    tree.map(([path, { oid }]) => [path, oid]),
  )
  const examiner = new Examiner(records, options, signal)
  for (const [index, naming] of ledger.namings.entries()) {
    signal.throwIfAborted()
    await examiner.look(naming)
    const what = `looking at the evidence, ${examiner.objects} objects so far`
    options.progress?.({ what, done: index + 1, total: ledger.namings.length })
  }
  return examiner.finish(ledger.named)
}

class Examiner {
  readonly #records: RecordReader
  readonly #kit: Kit
  readonly #lanes = new Lanes(AT_ONCE)
  readonly #pages: Page[] = []
  /** By path and stem: what is wrong with an output, for whatever rests on it. */
  readonly #outputProblems = new Map<string, readonly Problem[]>()

  constructor(records: RecordReader, options: EvidenceOptions, signal: AbortSignal) {
    this.#records = records
    this.#kit = {
      ports: options,
      objects: new Objects(options.source, signal),
      facts: options.facts ?? noFacts,
      signal,
      previews: tally(),
      distances: tally(),
      verdicts: tally(),
    }
  }

  get objects(): number {
    return this.#kit.objects.named
  }

  async look(naming: Naming): Promise<void> {
    this.#records.apply(naming)
    const located = fileAt(naming.path)
    if (located === undefined || naming.after === undefined) return
    const [round, who] = located.args as [number, string]
    if (located.file === files.submitted) await this.#outputs(naming, files.submitted, new Page(naming, round), {})
    else if (located.file === files.generated) await this.#generated(naming, round, who)
    else if (located.file === files.unseen) await this.#unseen(naming, round, who)
    else if (located.file === files.duels) await this.#duels(naming, round, 'match')
    else if (located.file === files.confirmation) await this.#duels(naming, round, 'confirmation')
    else if (located.file === files.judgeChecks) await this.#checks(naming, round)
  }

  async finish(named: number): Promise<Examination> {
    await this.#lanes.idle()
    const { ports, objects, previews, distances, verdicts } = this.#kit
    return {
      report: { store: ports.source.id, named, objects: objects.counts(), previews, distances, verdicts },
      findings: this.#pages.flatMap((page) => page.findings()),
      weakened: this.#pages.flatMap((page) => page.weakened() ?? []),
    }
  }

  async #generated(naming: Naming, round: number, hotkey: string): Promise<void> {
    const audited = hotkey !== LEADER
    const page = new Page(naming, round, audited ? { kind: 'audit', subject: hotkey } : undefined)
    const submitted = audited ? await this.#records.find(files.submitted, round, hotkey) : undefined
    await this.#outputs(naming, files.generated, page, submitted ?? {})
  }

  /** An audit may rest on these as well, and nothing is compared. */
  async #unseen(naming: Naming, round: number, hotkey: string): Promise<void> {
    await this.#outputs(naming, files.unseen, new Page(naming, round, { kind: 'audit', subject: hotkey }), {})
  }

  async #outputs(
    { path, before, after }: Naming,
    file: typeof files.submitted | typeof files.generated | typeof files.unseen,
    page: Page,
    submitted: Outputs,
  ): Promise<void> {
    const old = (await this.#records.parse(file, path, before)) ?? {}
    const now = (await this.#records.parse(file, path, after)) ?? {}
    const drawing = drawingOf(await this.#records.find(files.config))
    this.#pages.push(page)
    for (const [stem, output] of Object.entries(now)) {
      if (isDeepStrictEqual(old[stem], output)) continue
      const question: OutputQuestion = { stem, output, submitted: submitted[stem], ...drawing }
      page.claim(ofOutput(question), this.#kit.objects)
      this.#outputProblems.delete(`${path} ${stem}`)
      await this.#lanes.start(async () => {
        const problems = await examineOutput(this.#kit, question)
        page.add(problems)
        if (problems.length > 0) this.#outputProblems.set(`${path} ${stem}`, problems)
      })
    }
  }

  /** Of either kind: a confirmation has the form of a match report. */
  async #duels(naming: Naming, round: number, kind: 'match' | 'confirmation'): Promise<void> {
    const { path, before, after } = naming
    const report = await this.#records.parse(files.duels, path, after)
    if (report === undefined) return
    const { left, right, judge } = report
    const known = new Map(
      (await this.#records.parse(files.duels, path, before))?.duels.map((duel) => [duel.name, duel]),
    )
    const sides = { left: await this.#sideOf(round, left), right: await this.#sideOf(round, right) }
    const { seed = 0 } = (await this.#records.find(files.seed, round)) ?? {}
    // What is wrong with the outputs has to be known before it can be said what rests on them.
    await this.#lanes.idle()
    const page = new Page(naming, round, { kind, subject: kind === 'match' ? `${left} vs ${right}` : right })
    this.#pages.push(page)
    for (const duel of report.duels) {
      if (isDeepStrictEqual(known.get(duel.name), duel)) continue
      const question: DuelQuestion = {
        duel,
        judge,
        seed,
        left: sides.left.outputs[duel.name],
        right: sides.right.outputs[duel.name],
      }
      page.claim(ofDuel(question), this.#kit.objects)
      for (const { path: of } of [sides.left, sides.right])
        page.doubt(this.#outputProblems.get(`${of} ${duel.name}`) ?? [])
      await this.#lanes.start(async () => page.add(await examineDuel(this.#kit, question)))
    }
  }

  /** What a match's judge was asked besides. */
  async #checks(naming: Naming, round: number): Promise<void> {
    const recorded = await this.#records.parse(files.judgeChecks, naming.path, naming.after)
    if (recorded === undefined) return
    const { left, right, judge, pictures } = recorded
    const sides = { left: await this.#sideOf(round, left), right: await this.#sideOf(round, right) }
    const { seed = 0 } = (await this.#records.find(files.seed, round)) ?? {}
    await this.#lanes.idle()
    const page = new Page(naming, round, { kind: 'judge-checks', subject: `${left} vs ${right}` })
    this.#pages.push(page)
    for (const check of recorded.checks) {
      const original = sides.left.outputs[check.name]
      const question: CheckQuestion = { check, judge, pictures, seed, original }
      page.claim(ofCheck(question), this.#kit.objects)
      for (const { path: of } of [sides.left, sides.right])
        page.doubt(this.#outputProblems.get(`${of} ${check.name}`) ?? [])
      await this.#lanes.start(async () => page.add(await examineCheck(this.#kit, question)))
    }
  }

  /** In duels the leader plays with regenerated outputs, everybody else with what was uploaded. */
  async #sideOf(round: number, who: string): Promise<{ path: string; outputs: Outputs }> {
    const file = who === LEADER ? files.generated : files.submitted
    return { path: file.path(round, who), outputs: (await this.#records.find(file, round, who)) ?? {} }
  }
}
