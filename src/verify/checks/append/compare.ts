/** For every kind of file: which of its changes are none that it may make. */
import { files } from '../../../state/files.ts'
import type { Located } from '../../../state/locate.ts'
import type { AnyStateFile } from '../../../state/state-file.ts'
import { requestChanges, reviewChanges, verdictChanges } from './audits.ts'
import { buildChanges } from './builds.ts'
import type { Change, Scene } from './changes.ts'
import { leaderChanges } from './crown.ts'
import {
  deadlineChanges,
  entryListChanges,
  promptChanges,
  revealChanges,
  scheduleChanges,
  seedChanges,
  winnerChanges,
} from './fixed.ts'
import { cardChanges, checksChanges } from './judge.ts'
import { confirmationChanges, matchChanges, matrixChanges } from './matches.ts'
import { generatedChanges, submittedChanges, unseenChanges } from './outputs.ts'
import { configChanges } from './settings.ts'

/** `after` is undefined where the file was removed. */
// biome-ignore lint/suspicious/noExplicitAny: each compares values of its own kind of file
type Compare = (before: any, after: any, scene: Scene, args: Located['args']) => Change[] | Promise<Change[]>

/** Statistics of machines and the pool of prompts may change as their writers like. */
const COMPARE = new Map<AnyStateFile, Compare>([
  [files.duels, matchChanges],
  [files.confirmation, confirmationChanges],
  [files.judgeChecks, checksChanges],
  [files.judgeCard, cardChanges],
  [files.matrix, matrixChanges],
  [files.generationAudits, verdictChanges],
  [files.requireAudit, requestChanges],
  [files.sourceAudit, reviewChanges],
  [files.winner, winnerChanges],
  [files.seed, seedChanges],
  [files.schedule, scheduleChanges],
  [files.prompts, promptChanges],
  [files.submissions, entryListChanges],
  [files.reveals, revealChanges],
  [files.deadline, deadlineChanges],
  [files.builds, buildChanges],
  [files.leader, (before, after) => leaderChanges(before, after)],
  [files.submitted, (before, after, scene, args) => submittedChanges(before, after, scene, String(args[1]))],
  [files.generated, (before, after, scene, args) => generatedChanges(before, after, scene, String(args[1]))],
  [files.unseen, (before, after, scene, args) => unseenChanges(before, after, scene, String(args[1]))],
  [files.config, (before, after, { state }) => configChanges(before, after, state)],
])

export const isCompared = (file: AnyStateFile): boolean => COMPARE.has(file)

export async function compare(
  { file, args }: Located,
  before: unknown,
  after: unknown,
  scene: Omit<Scene, 'round'>,
): Promise<Change[]> {
  const round = typeof args[0] === 'number' ? args[0] : (scene.state?.current_round ?? 0)
  return (await COMPARE.get(file)?.(before, after, { ...scene, round }, args)) ?? []
}
