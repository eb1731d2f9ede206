/** What the endpoint offers: methods that answer, and feeds that go on telling. */
import type { Params } from './params.ts'

/** Substrate's own name first, then its aliases. */
export type Names = readonly [string, ...string[]]

export interface Method {
  readonly names: Names
  /** Its JSON; undefined is null. @param caller the session that asks @throws NodeError */
  readonly run: (params: Params, caller: object) => unknown
}

export interface Feed {
  /** Of the methods that subscribe. */
  readonly names: Names
  /** Of the methods that end it, by id. */
  readonly enders: Names
  /** The method that notifications name. */
  readonly notification: string
  /** @returns ends it @throws NodeError, and nothing was begun */
  readonly begin: (params: Params, to: Listener) => () => void
}

export interface Listener {
  /** What is told before the client has the subscription's id is kept until it has. */
  tell(result: unknown): void
  /** Nothing more will come. */
  end(): void
}
