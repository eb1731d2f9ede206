/** A commit as checks see it: put together from what it changed and the competition before and after it. */
import type { ChangedPath, HistoryCommit } from '../repo/history.ts'
import { parseMessage } from '../repo/message.ts'
import { files } from '../state/files.ts'
import { fileAt } from '../state/locate.ts'
import type { Inspection } from './inspection/inspect-commit.ts'
import { readable } from './readable.ts'
import type { Step } from './step.ts'
import type { View } from './world.ts'

export async function stepOf(
  commit: Step['commit'],
  changed: readonly ChangedPath[],
  inspected: Inspection,
  { before, after }: View,
): Promise<Step> {
  const config = (await readable(before, files.config)) ?? (await readable(after, files.config))
  const interventions: Step['interventions'][number][] = []
  const located = changed.map((each) => ({ ...each, located: fileAt(each.path) }))
  for (const { located: at, before: old, after: now } of located) {
    if (at?.file !== files.intervention || old !== undefined || now === undefined) continue
    const act = await readable(after, files.intervention, at.args[0] as number)
    if (act !== undefined) interventions.push(act)
  }
  return {
    ...parseMessage(commit.message),
    commit,
    isRoot: commit.parents.length === 0,
    changed: located,
    inspected,
    before,
    after,
    stateBefore: await readable(before, files.state),
    stateAfter: await readable(after, files.state),
    config,
    strict: config?.rules === 'v1',
    interventions,
  }
}

/** As checks see it: contents are in the records. */
export const withoutChanges = ({ changed: _, ...commit }: HistoryCommit): Step['commit'] => commit
