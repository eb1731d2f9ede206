import type { Snapshot } from '../engine/snapshot.ts'
import { counts } from '../rules/match.ts'
import { isConfirmed } from '../rules/throne.ts'
import type { TimelineInput } from '../rules/timeline.ts'
import { type Duel, files, LEADER, type MatchReport, type Matrix, type Outputs } from '../state/index.ts'
import type { Pictures } from './pictures.ts'
import type { DuelView, MatchView, Person, Picture } from './views.ts'

/** What the matches of a round need to know of it. */
export interface MatchContext {
  readonly snapshot: Snapshot
  readonly round: number
  readonly pictures: Pictures
  /** Whether the challenger takes over, by the rules of the throne. */
  takesOver(left: string, right: string): boolean
  person(hotkey: string): Person
  /** The margin after the audits. */
  counted(left: string, right: string): number | undefined
  readonly rejected: ReadonlySet<string>
}

/** Digests of prompt images by their address: a duel that needed no judge does not name its own. */
export type PromptDigests = ReadonlyMap<string, string>

/** The reports of a round, one for every row of the matrix; undefined where there is none, or one of another match. */
export async function readReports(
  snapshot: Snapshot,
  round: number,
  matrix: Matrix,
): Promise<(MatchReport | undefined)[]> {
  const reports: (MatchReport | undefined)[] = []
  for (const { left, right } of matrix) {
    const report = await snapshot.find(files.duels, round, left, right)
    reports.push(report?.left === left && report.right === right ? report : undefined)
  }
  return reports
}

export function promptDigests(reports: readonly (MatchReport | undefined)[]): PromptDigests {
  const duels = reports.flatMap((report) => report?.duels ?? [])
  return new Map(duels.flatMap(({ prompt, prompt_sha256: digest }) => (digest === undefined ? [] : [[prompt, digest]])))
}

export async function readMatches(
  context: MatchContext,
  matrix: Matrix,
  reports: readonly (MatchReport | undefined)[],
): Promise<MatchView[]> {
  const digests = promptDigests(reports)
  const outputs = new Map<string, Outputs>()
  for (const hotkey of new Set(matrix.flatMap(({ left, right }) => [left, right]))) {
    outputs.set(hotkey, await shownOutputs(context.snapshot, context.round, hotkey))
  }
  const matches = matrix.map(async ({ left, right, margin }, i): Promise<MatchView> => {
    const counted = context.counted(left, right) ?? margin
    const out = [left, right].find((hotkey) => context.rejected.has(hotkey))
    const duels = reports[i]?.duels.map((duel) =>
      readDuel(duel, digests, { left: outputs.get(left) ?? {}, right: outputs.get(right) ?? {} }, context.pictures),
    )
    return {
      number: i + 1,
      left: context.person(left),
      right: context.person(right),
      margin,
      counted,
      takesOver: context.takesOver(left, right),
      void: out && `does not count: the ${out === left ? 'defender' : 'challenger'} was rejected`,
      judge: reports[i]?.judge,
      stopped: reports[i]?.stopped,
      duels: await Promise.all(duels ?? []),
    }
  })
  return Promise.all(matches)
}

/** What the second judge made of would-be kings, numbered on from the matches. */
export async function readConfirmations(
  context: MatchContext,
  line: TimelineInput,
  matches: number,
): Promise<MatchView[]> {
  const { snapshot, round } = context
  const views: MatchView[] = []
  for (const right of line.confirmation === undefined ? [] : line.order) {
    const standing = line.secondOpinion?.(right)
    const report = standing && (await snapshot.find(files.confirmation, round, right))
    if (report === undefined) continue
    const heard = {
      ...context,
      takesOver: () => isConfirmed(line, right) === true,
      counted: () => standing?.margin,
    }
    for (const view of await readMatches(heard, [{ left: LEADER, right, margin: report.margin }], [report]))
      views.push({ ...view, number: matches + views.length + 1, confirmation: true })
  }
  return views
}

/** In duels the leader plays with regenerated outputs, everybody else with what was uploaded. */
export async function shownOutputs(snapshot: Snapshot, round: number, hotkey: string): Promise<Outputs> {
  return (await snapshot.find(hotkey === LEADER ? files.generated : files.submitted, round, hotkey)) ?? {}
}

async function readDuel(
  duel: Duel,
  digests: PromptDigests,
  outputs: { left: Outputs; right: Outputs },
  pictures: Pictures,
): Promise<DuelView> {
  return {
    name: duel.name,
    prompt: await promptPicture(duel.prompt, duel.prompt_sha256 ?? digests.get(duel.prompt), pictures),
    left: await previewPicture(duel.left_png, outputs.left, duel.name, pictures),
    right: await previewPicture(duel.right_png, outputs.right, duel.name, pictures),
    winner: duel.winner,
    ...(counts(duel) ? {} : { void: true }),
    words: duel.issues,
  }
}

export function promptPicture(url: string, sha256: string | undefined, pictures: Pictures): Promise<Picture> {
  return pictures.place({ sha256, extension: 'img', url })
}

/** The preview at `url`; its digest is that of the output with the same address. */
export async function previewPicture(
  url: string | null,
  outputs: Outputs,
  stem: string,
  pictures: Pictures,
): Promise<Picture> {
  const output = Object.hasOwn(outputs, stem) ? outputs[stem] : undefined
  if (url === null) return { missing: output?.failure ?? 'no preview' }
  const sha256 = output?.png === url ? output.png_sha256 : undefined
  return pictures.place({ sha256, extension: 'png', url })
}
