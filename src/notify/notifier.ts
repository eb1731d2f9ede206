/** Who tells people: the port, and what is told. Texts are plain; each adapter escapes them for its own medium. */

/** Closed: docs/operating.md says of each what to do about it. */
export const EVENTS = [
  'stage', // a round went on to its next stage
  'crown', // a round is over: who reigns
  'audit', // an audit was asked for, or came to an end
  'review', // a person has to read source code
  'hold', // the engine holds the competition
  'act', // a person acted by hand
  'finished', // no round follows
  'late', // what was due did not happen
  'failing', // the same fails again and again
] as const
export type NoticeEvent = (typeof EVENTS)[number]

/** Those that last until somebody or something ends them. */
export const LASTING_EVENTS = ['review', 'hold', 'late', 'failing'] as const satisfies readonly NoticeEvent[]

export type Tone = 'good' | 'plain' | 'warning' | 'bad'

export interface Fact {
  readonly name: string
  readonly value: string
  /** A moment that the value ends with, shown in the reader's own time where the medium can. */
  readonly at?: Date | undefined
}

export interface Link {
  readonly text: string
  readonly url: string
}

export interface Notice {
  readonly event: NoticeEvent
  readonly tone: Tone
  readonly title: string
  /** What happened and what to do, in lines; may be empty. */
  readonly text: string
  readonly facts: readonly Fact[]
  readonly links: readonly Link[]
  /** When it happened. */
  readonly at: Date
}

/** A state that lasts until it is over, rather than something that happened. */
export interface Trouble {
  readonly event: (typeof LASTING_EVENTS)[number]
  /** What is to be said as long as it lasts; absent when it does not, and `over` is the last word then. */
  readonly notice?: Notice | undefined
  readonly over: string
}

/** All throw RoundkeeperErrors that never hold an address or a token, and the reason of an aborted signal. */
export interface Notifier {
  /** The same for as long as the settings say the same; holds no secret. */
  readonly id: string
  tell(notice: Notice, signal: AbortSignal): Promise<void>
}

/** Of media that keep what they were told, so that a trouble is shown once, for as long as it lasts. */
export interface Board {
  readonly id: string
  show(trouble: Trouble, signal: AbortSignal): Promise<void>
  /** Shows something that means nothing, so that a person sees that it would be shown. */
  test(notice: Notice, signal: AbortSignal): Promise<void>
}
