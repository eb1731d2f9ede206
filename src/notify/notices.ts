/** What of a commit is worth telling people. Pure: the same commit gives the same notices, wherever and whenever it is looked at. */
import { titleOf } from '../rules/intervention.ts'
import { deadlineOf } from '../rules/schedule.ts'
import type { Stage } from '../state/state.ts'
import { counted, plain } from '../verify/report/text.ts'
import { auditNotices } from './audit-notices.ts'
import { crownNotice } from './crown-notice.ts'
import type { Fact, Notice } from './notifier.ts'
import type { Places } from './places.ts'
import type { Step } from './step.ts'

export function noticesOf(step: Step, places: Places): Notice[] {
  const found = [heldNotice(step, places), actNotice(step, places), stageNotice(step, places)]
  const crown = isDecided(step) ? crownNotice(step, places) : undefined
  const end = step.after.state.stage === 'finished' ? endNotice(step, places) : undefined
  return [...auditNotices(step, places), ...found, crown, end].filter((notice) => notice !== undefined)
}

const isDecided = ({ before, after }: Step) =>
  before.state.stage === 'finalizing' && (after.state.stage === 'open' || after.state.stage === 'finished')

/** By the engine: what people do is told as an act. */
function heldNotice(step: Step, places: Places): Notice | undefined {
  const { before, after, card, act } = step
  if (act !== undefined || after.state.stage !== 'paused' || before.state.stage === 'paused') return undefined
  const reasons = (card?.out_of_bounds ?? []).map((reason) => `• ${plain(reason)}`)
  return {
    ...{ event: 'hold', tone: 'bad', facts: [], at: step.at, links: places.commit(step.commit) },
    title: `Round ${before.state.current_round} is held: its judge is out of bounds`,
    text: [...reasons, 'Nobody is crowned before a person has looked: see `roundkeeper status`.'].join('\n'),
  }
}

function actNotice({ act, after, at, commit }: Step, places: Places): Notice | undefined {
  if (act === undefined) return undefined
  return {
    ...{ event: 'act', tone: 'plain', at, links: places.commit(commit) },
    title: `By hand: ${plain(titleOf(act), 200)}`,
    text: plain(act.reason),
    facts: [
      { name: 'By', value: plain(act.by, 100) },
      { name: 'Stage', value: named(after.state.stage) },
    ],
  }
}

function stageNotice(step: Step, places: Places): Notice | undefined {
  const { before, after, at, commit } = step
  const [from, to] = [before.state.stage, after.state.stage]
  const isSame = from === to && before.state.current_round === after.state.current_round
  // Held and finished have notices of their own; an act says where it led to.
  if (isSame || to === 'paused' || to === 'finished' || step.act !== undefined) return undefined
  const { current_round: round } = after.state
  const { title, tone, text } = told(step)
  return {
    ...{ event: 'stage', tone, title, text, at },
    facts: [{ name: 'Round', value: String(round) }, { name: 'Stage', value: named(to) }, ...deadlineOfStage(step)],
    links: [...places.commit(commit), ...(to === 'miner_generation' ? places.files(commit, round) : [])],
  }
}

/** In the order of a round. */
function told({ before, after, submissions, gathered, matrix }: Step): Pick<Notice, 'title' | 'tone' | 'text'> {
  const round = before.state.current_round
  const entries = Object.keys(submissions).length
  switch (after.state.stage) {
    case 'miner_generation':
      return {
        ...{ title: `Round ${round}: submissions collected`, tone: 'good' },
        text: `${entriesOf(entries)}. Seed and prompts are out: outputs have to be uploaded by the deadline.`,
      }
    case 'downloading':
      return { title: `Round ${round}: generation is over`, tone: 'plain', text: 'Uploads are fetched and drawn.' }
    case 'duels':
      return {
        title: `Round ${round}: downloads ${gathered < entries ? 'partly ' : ''}complete`,
        tone: gathered < entries ? 'warning' : 'good',
        text: `Uploads of ${gathered} of ${entriesOf(entries)} are on record. Judging begins.`,
      }
    case 'finalizing':
      return before.state.stage === 'open'
        ? { title: `Round ${round}: no submissions`, tone: 'warning', text: 'Nobody entered: the crown is defended.' }
        : { title: `Round ${round}: judged`, tone: 'good', text: `${counted(matrix.length, 'contest')} on record.` }
    default:
      return {
        ...{ title: `Round ${after.state.current_round} is open`, tone: 'good' },
        text: 'Miners may reveal their entries until the window closes.',
      }
  }
}

function deadlineOfStage({ after, schedule, seed, config }: Step): Fact[] {
  const { stage, next_stage_eta: eta } = after.state
  const at = eta === null ? undefined : new Date(eta)
  const moment = at === undefined || Number.isNaN(at.getTime()) ? {} : { at }
  if (stage === 'open' && schedule !== undefined)
    return [{ name: 'Window closes', value: `block ${schedule.latest_reveal_block}`, ...moment }]
  if (stage === 'miner_generation' && schedule !== undefined)
    return [{ name: 'Deadline', value: `block ${deadlineOf(schedule, config, seed)}`, ...moment }]
  return 'at' in moment ? [{ name: 'Next stage expected', value: '', ...moment }] : []
}

function endNotice({ before, at, commit }: Step, places: Places): Notice {
  return {
    ...{ event: 'finished', tone: 'plain', facts: [], at, links: places.commit(commit) },
    title: `The competition is over after round ${before.state.current_round}`,
    text: 'The next start would lie after last_competition_date. To go on, move it and run `roundkeeper resume`.',
  }
}

const named = (stage: Stage) => stage.replaceAll('_', ' ')
const entriesOf = (count: number) => (count === 1 ? '1 entry' : `${count} entries`)
