/** What `weights serve` says, a line an event: for people, or as JSON. */
import { isError } from '../errors.ts'
import type { ServeEvent } from '../validator/serve-weights.ts'
import type { Turn } from '../validator/weights-turn.ts'
import { errorAsJson } from './output.ts'
import { turnJson, turnLine } from './weights-lines.ts'

export type Told =
  | Exclude<ServeEvent, { kind: 'decision' }>
  | { readonly kind: 'decision'; readonly at: Date; readonly turn: Turn; readonly wakeAt: Date | undefined }
  | { readonly kind: 'started'; readonly at: Date; readonly competition: string; readonly hotkey: string }
  | { readonly kind: 'stopped'; readonly at: Date }

export const lineOf = (event: Told): string => `${time(event.at)}  ${oneLine(wordsOf(event))}`

export const jsonLine = (event: Told): string =>
  JSON.stringify({ event: event.kind, at: event.at.toISOString(), ...fieldsOf(event) })

function wordsOf(event: Told): string {
  switch (event.kind) {
    case 'started':
      return `started: weights of ${event.competition}, as ${event.hotkey}`
    case 'decision': {
      const { turn, wakeAt } = event
      const warnings = turn.plan.warnings.map((warning) => `; warning: ${warning}`).join('')
      return `${turnLine(turn)}${warnings}${wakeAt === undefined ? '' : `; looks again at ${time(wakeAt)}`}`
    }
    case 'error': {
      const { error, failures, wakeAt } = event
      const hint = isError(error) && error.hint ? ` ${error.hint}` : ''
      const message = error instanceof Error ? error.message : String(error)
      return `failed, ${failures} in a row: ${message}.${hint} Tries again at ${time(wakeAt)}`
    }
    case 'health': {
      const { turns, set, failures, lastSetBlock, block } = event
      const last = lastSetBlock === null ? '' : `, the last in block ${lastSetBlock}`
      return `alive: block ${block ?? 'unknown'}, ${turns} turns, ${set} set${last}, ${failures} failures in a row`
    }
    case 'stopped':
      return 'stopped'
  }
}

function fieldsOf(event: Told): object {
  switch (event.kind) {
    case 'started':
      return { competition: event.competition, hotkey: event.hotkey }
    case 'decision':
      return { ...turnJson(event.turn), wake_at: event.wakeAt?.toISOString() ?? null }
    case 'error':
      return { error: errorAsJson(event.error), failures: event.failures, wake_at: event.wakeAt.toISOString() }
    case 'health': {
      const { turns, set, failures, lastSetBlock, block } = event
      return { turns, set, failures, last_set_block: lastSetBlock, block }
    }
    case 'stopped':
      return {}
  }
}

const time = (at: Date) => at.toISOString().replace(/\.\d+Z$/, 'Z')
/** Names of strangers may hold line breaks. */
const oneLine = (text: string) => text.replaceAll(/\s*\n\s*/g, ' ')
