/** Nothing that was published is changed or removed later, unless a recorded act puts it away as it was. */
import type { Records } from '../../engine/records.ts'
import { isError } from '../../errors.ts'
import { isArchived } from '../../state/archive.ts'
import type { Located } from '../../state/locate.ts'
import { explainedBy } from '../explained.ts'
import type { Changed, Check, Reporter, Step } from '../step.ts'
import type { Change } from './append/changes.ts'
import { compare, isCompared } from './append/compare.ts'
import { Founding } from './founding.ts'
import { lateInputs } from './late-inputs.ts'
import { Replaced } from './replaced.ts'
import { counted } from './words.ts'

/** Items of a kind that are listed one by one for a commit. */
const MAX_LISTED = 12

interface Found extends Change {
  readonly path: string
}

export function appendOnly(): Check {
  const founding = new Founding()
  const replaced = new Replaced()
  return {
    name: 'what was published',
    async begin(records, memory) {
      const known = memory as { founding: unknown; replaced: unknown } | undefined
      await founding.begin(records, known?.founding)
      replaced.begin(known?.replaced)
    },
    memory: () => ({ founding: founding.memory(), replaced: replaced.memory() }),
    async step(step, report) {
      const late = await lateInputs(step)
      if (late !== undefined) report.finding('append-only/late', late.path, late.message)
      if (founding.holds(step)) return
      const explained = await explainedBy(step)
      const found: Found[] = []
      for (const changed of step.changed) {
        const { path, before, after } = changed
        if (before === undefined || explained.has(path)) continue
        if (isArchived(path)) {
          const what = after === undefined ? 'removed' : 'changed'
          const message = `${path}, put away with an earlier attempt, was ${what}.`
          found.push({ code: 'append-only/archive', path, message })
        } else found.push(...(await changesOf(step, changed)))
      }
      found.push(...(await replaced.look(step)))
      reportAll(found, report)
    },
  }
}

async function changesOf(step: Step, { path, located }: Changed): Promise<Found[]> {
  if (located === undefined || !isCompared(located.file)) return []
  const { before: records, stateBefore: state } = step
  const [before, after] = [await readIn(step.before, located), await readIn(step.after, located)]
  if (before === UNREADABLE || after === UNREADABLE || before === undefined) return []
  const changes = await compare(located, before, after, { before: records, state }).catch(ignoreBroken)
  return changes.map((change) => ({ ...change, path }))
}

const UNREADABLE = Symbol('unreadable')

/** Whether it can be read is for the check of files to say. */
async function readIn(records: Records, { file, args }: Located): Promise<unknown> {
  try {
    return await records.find(file, ...args)
  } catch (error) {
    if (isError(error, 'state-file')) return UNREADABLE
    throw error
  }
}

function ignoreBroken(error: unknown): Change[] {
  if (isError(error, 'state-file')) return []
  throw error
}

function reportAll(found: readonly Found[], report: Reporter): void {
  for (const same of Map.groupBy(found, ({ code, severity }) => `${code} ${severity}`).values()) {
    for (const { code, path, message, severity } of same.slice(0, MAX_LISTED))
      report.finding(code, path, message, severity ? { severity } : {})
    const [next] = same.slice(MAX_LISTED)
    if (next === undefined) continue
    const { code, path, severity } = next
    const message = `The like of ${counted(same.length - MAX_LISTED, 'other item')} in this commit.`
    report.finding(code, path, message, severity ? { severity } : {})
  }
}
