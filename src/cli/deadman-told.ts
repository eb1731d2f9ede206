/** What a dead-man's switch says: that a competition stands still, since when, what is missing, and what to do. */
import type { Found } from '../engine/standstill.ts'
import { isError, type RoundkeeperError } from '../errors.ts'
import type { Lateness } from '../rules/lateness.ts'
import type { Missing } from '../rules/outstanding.ts'
import { blockSeconds } from '../rules/schedule.ts'
import { counted, plain } from '../verify/report/text.ts'
import { when } from './describe.ts'

export interface Trouble {
  readonly title: string
  /** Markdown: quotes what strangers wrote as code only. */
  readonly body: string
}

const MAX_NAMED = 10

/** Of its own width: nobody can end it from inside. */
const code = (text: string) => `\`${plain(text, 80).replaceAll('`', '’')}\``
const quoted = (text: string) =>
  text
    .split('\n')
    .map((line) => `    ${plain(line)}`)
    .join('\n')

const named = (hotkeys: readonly string[]) => {
  const more = hotkeys.length > MAX_NAMED ? ` and ${hotkeys.length - MAX_NAMED} more` : ''
  return `${hotkeys
    .slice(0, MAX_NAMED)
    .map((hotkey) => code(hotkey.slice(0, 10)))
    .join(', ')}${more}`
}

/** What is missing, and what to do about exactly that. */
export function describeMissing(missing: Missing): { readonly what: string; readonly remedy: string } {
  switch (missing.kind) {
    case 'seed':
      return { what: 'submissions, seed and prompts of the round', remedy: RUN }
    case 'deadline':
      return { what: 'a look at what miners had uploaded by the deadline', remedy: RUN }
    case 'duels':
      return { what: 'the step on to the duels', remedy: RUN }
    case 'winner':
      return { what: 'the winner', remedy: RUN }
    case 'crown':
      return { what: 'the crown, and the schedule of the next round', remedy: RUN }
    case 'uploads':
      return {
        what: `the uploads of ${counted(missing.hotkeys.length, 'entry').replace('entrys', 'entries')}: ${named(missing.hotkeys)}`,
        remedy:
          'A failure of ours is tried again with every run: see in the log of the last one what failed (downloads, drawing, the object store).',
      }
    case 'matches':
      return {
        what: `${counted(missing.hotkeys.length, 'match').replace('matchs', 'matches')} against the leader: ${named(missing.hotkeys)}`,
        remedy: 'See that the judge answers (its endpoint, key and quota), then run again: no duel is asked twice.',
      }
    case 'baseline':
      return {
        what: `the leader’s own outputs for ${counted(missing.prompts, 'prompt')}`,
        remedy: 'See that its image is there and starts, and that some provider has a machine for it.',
      }
    case 'images':
      return {
        what: `the image of ${named(missing.hotkeys)}`,
        remedy: 'See the workflow `build-and-push`, or whoever builds; `builds.json` names the log where there is one.',
      }
    case 'generation-audits':
      return {
        what: `the generation audit of ${named(missing.hotkeys)}`,
        remedy: 'See that some provider has a machine (`roundkeeper pods list`), its key and its quota.',
      }
    case 'source-audits':
      return {
        what: `the source audit of ${named(missing.hotkeys)}`,
        remedy: 'A person has to read the code: `roundkeeper audit source approve|reject HOTKEY --reason "…"`.',
      }
    case 'resume':
      return {
        what: 'somebody who lets it go on: it is held',
        remedy: 'See `roundkeeper status` for the reason, then `roundkeeper resume --reason "…"`.',
      }
    case 'adoption':
      return {
        what: 'an answer to what was edited by hand',
        remedy: 'Undo it, or stand for it, as the engine says below.',
      }
  }
}

const RUN =
  'See that the scheduled job runs (it may be disabled, or its token revoked), and start it by hand: Actions, advance, Run workflow.'

/** @throws RoundkeeperError `state-file` as `lateness` */
export function troubleOf(
  { head, standstill, refusal, held }: Found,
  { due, lateBlocks, missing }: Lateness,
  now: Date,
): Trouble {
  const { state, config } = standstill
  const { current_round: round, stage } = state
  const told = missing.map(describeMissing)
  const hours = ((lateBlocks * blockSeconds(config)) / 3600).toFixed(1)
  const begins = stage === 'paused' ? 'It is held since' : 'What comes next was due'
  const long = `${counted(lateBlocks, 'block')}, ${hours} h`
  const since = due === undefined ? '' : ` ${begins} ${when(due, now)}: ${long}.`
  const parts = [
    `Round ${round} of ${code(config.name)} stands still in **${stage}**.${since}`,
    `**Missing:**\n${told.map(({ what }) => `- ${what}`).join('\n')}`,
    `**What to do:**\n${[...new Set(told.map(({ remedy }) => remedy))].map((remedy) => `1. ${remedy}`).join('\n')}`,
    ...(held.length === 0 ? [] : [`**It was held because:**\n\n${quoted(held.join('\n'))}`]),
    ...(refusal === undefined ? [] : [`**The engine refuses to go on:**\n\n${quoted(messageOf(refusal))}`]),
    footer(`Head ${code(head.slice(0, 10))}, last step ${when(standstill.lastStepAt, now)}.`),
  ]
  return { title: titleOf(stage, round, refusal !== undefined), body: parts.join('\n\n') }
}

function titleOf(stage: string, round: number, isRefused: boolean): string {
  if (isRefused) return `Round ${round} stands still: files of the engine’s were edited by hand`
  if (stage === 'paused') return `Round ${round} is held`
  return `Round ${round} is late: ${stage.replaceAll('_', ' ')}`
}

/** A repository in which the competition cannot be read any more. */
export const unreadable = (error: RoundkeeperError): Trouble => ({
  title: 'The competition cannot be read',
  body: [
    'What the repository holds is no competition any more, so nobody can say whether it is late, and the engine does not go on.',
    quoted(messageOf(error)),
    footer('Was the branch replaced or removed? Restore it from the newest good copy: everybody who verifies has one.'),
  ].join('\n\n'),
})

export const recovered = (head: string): string => `It goes on: nothing is late at ${code(head.slice(0, 10))}.`

const messageOf = (error: RoundkeeperError) =>
  [error.message, error.where && `where  ${error.where}`, error.hint && `do     ${error.hint}`]
    .filter(Boolean)
    .join('\n')

const footer = (text: string) => `${text} This issue is kept up to date while it lasts, and closed when it is over.`

/** Errors that will not pass by themselves. */
export const isLasting = (error: unknown): error is RoundkeeperError =>
  isError(error) && !error.retryable && ['state-file', 'refused', 'not-found'].includes(error.code)
