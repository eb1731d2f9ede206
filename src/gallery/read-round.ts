import { actsOf } from '../engine/scene.ts'
import type { Snapshot } from '../engine/snapshot.ts'
import { resumedAfter } from '../rules/judge-card.ts'
import { activeLeader } from '../rules/leader.ts'
import { stemOf } from '../rules/prompts.ts'
import { beats, isConfirmed, type Throne } from '../rules/throne.ts'
import { timeline } from '../rules/timeline.ts'
import { type Config, files, LEADER, type Leaders, type Submissions } from '../state/index.ts'
import { timelineInput } from '../verify/replay-round.ts'
import { judgeFacts } from './judge-facts.ts'
import type { Pictures } from './pictures.ts'
import { readAudits } from './read-audits.ts'
import { readEntries } from './read-entries.ts'
import { readFacts } from './read-facts.ts'
import {
  type PromptDigests,
  previewPicture,
  promptDigests,
  promptPicture,
  readConfirmations,
  readMatches,
  readReports,
  shownOutputs,
} from './read-matches.ts'
import type { JudgeView, Person, RoundView } from './views.ts'

const MAX_SHOWCASE = 6

/** Everything that is shown of a round, its pictures copied. @throws `state-file`, `unavailable` */
export async function readRound(
  snapshot: Snapshot,
  config: Config,
  round: number,
  pictures: Pictures,
): Promise<RoundView> {
  const leaders = (await snapshot.find(files.leader)) ?? []
  const schedule = await snapshot.find(files.schedule, round)
  const submissions = (await snapshot.find(files.submissions, round)) ?? {}
  const matrix = (await snapshot.find(files.matrix, round)) ?? []
  const generation = (await snapshot.find(files.generationAudits, round)) ?? {}
  const prompts = (await snapshot.find(files.prompts, round)) ?? []
  const decided = await snapshot.find(files.winner, round)
  const winner = decided?.winner_hotkey
  const person = whoIsWho(submissions, leaders, schedule?.latest_reveal_block)

  const input = await timelineInput(snapshot, config, round, submissions, matrix)
  const reports = await readReports(snapshot, round, matrix)
  const digests = promptDigests(reports)
  const { rejected, winMargin, margin } = input
  const takesOver = (left: string, right: string) => beats(input, left, right) === true
  const context = { snapshot, round, pictures, takesOver, person, counted: margin, rejected }
  const beat = (hotkey: string) => takesOver(LEADER, hotkey)
  const source = (await snapshot.find(files.sourceAudit, round)) ?? []
  const standing = {
    winner,
    winMargin,
    generation,
    source,
    margin,
    beat,
    confirmed: (hotkey: string) => isConfirmed(input, hotkey),
  }
  const matches = await readMatches(context, matrix, reports)
  const byStem = new Map(prompts.map((url) => [stemOf(url), url]))
  return {
    number: round,
    leader: leaders.length > 0 ? person(LEADER) : undefined,
    winner: winner === undefined ? undefined : person(winner),
    voided: decided?.void === undefined ? undefined : await reasonOf(snapshot, decided.void),
    judge: await readJudge(snapshot, round),
    facts: await readFacts(snapshot, round),
    entries: await readEntries(snapshot, round, submissions, standing, person),
    promptCount: prompts.length,
    winMargin,
    throne: inWords(input),
    matches: [...matches, ...(await readConfirmations(context, input, matches.length))],
    beatLeader: input.order.filter(beat).map((hotkey) => ({ person: person(hotkey), rejected: rejected.has(hotkey) })),
    chain: timeline(input).chain.map(person),
    audits: await readAudits(context, generation, byStem, digests, person),
    showcase: winner === undefined ? [] : await showcase(snapshot, round, winner, prompts, digests, pictures),
  }
}

/** What else it takes to take over; undefined where that is nothing. */
function inWords({ significance, confirmation }: Throne): string | undefined {
  if (significance === undefined) return undefined
  const { error, floor } = significance
  const beyond = `at an error of ${Number(error.toPrecision(2))}, its lower bound is ${floor} or more`
  return confirmation === undefined ? beyond : `${beyond}; a second judge confirms it`
}

async function readJudge(snapshot: Snapshot, round: number): Promise<JudgeView | undefined> {
  const card = await snapshot.find(files.judgeCard, round)
  if (card === undefined) return undefined
  const act = card.out_of_bounds.length === 0 ? undefined : resumedAfter(card, await actsOf(snapshot), round)
  return { judges: card.judges, facts: judgeFacts(card), outOfBounds: card.out_of_bounds, resumed: act?.reason }
}

/** Of the act whose record lies at a path. */
async function reasonOf(snapshot: Snapshot, path: string): Promise<string> {
  const acts = await actsOf(snapshot)
  return acts.find((_, index) => files.intervention.path(index + 1) === path)?.reason ?? path
}

async function showcase(
  snapshot: Snapshot,
  round: number,
  winner: string,
  prompts: readonly string[],
  digests: PromptDigests,
  pictures: Pictures,
): Promise<RoundView['showcase']> {
  const outputs = await shownOutputs(snapshot, round, winner)
  const shown = prompts.slice(0, MAX_SHOWCASE).map(async (url) => {
    const name = stemOf(url)
    return {
      name,
      prompt: await promptPicture(url, digests.get(url), pictures),
      preview: await previewPicture(outputs[name]?.png ?? null, outputs, name, pictures),
    }
  })
  return (await Promise.all(shown)).filter(({ preview }) => preview.src !== undefined)
}

/** `leader` is whoever wore the crown when the window closed. */
function whoIsWho(submissions: Submissions, leaders: Leaders, closes: number | undefined) {
  const leader = closes === undefined ? undefined : activeLeader(leaders, closes)
  return (hotkey: string): Person => {
    if (hotkey === LEADER) return { hotkey: leader?.hotkey ?? LEADER, repo: leader?.repo, isLeader: true }
    const submission = Object.hasOwn(submissions, hotkey) ? submissions[hotkey] : undefined
    return { hotkey, repo: submission?.repo, isLeader: false }
  }
}
