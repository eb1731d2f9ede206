/** One place that answers chat completions, and what can come of asking it. */

import type { Pictures } from './pictures.ts'
import type { RawAnswer, VlmRequest } from './request.ts'

export interface Answered {
  readonly answer: RawAnswer
  readonly model: string | null
  readonly fingerprint: string | null
  readonly tokens: { readonly prompt: number | null; readonly completion: number | null }
  /** Whether the server was held to the JSON schema. */
  readonly schema: boolean
}

export type Reply =
  | ({ readonly kind: 'answered' } & Answered)
  /** Asked too often. @param afterMs when it wants to be asked again, if it said so */
  | { readonly kind: 'limited'; readonly afterMs: number | undefined }
  /** Nothing that says anything about the question: unreachable, broken off, overloaded. */
  | { readonly kind: 'failed'; readonly detail: string }
  /** It will never answer us: wrong key, no such model. */
  | { readonly kind: 'closed'; readonly detail: string; readonly unauthorised: boolean }

export interface Endpoint {
  /** Address without credentials. */
  readonly name: string
  /** Calls at once. */
  readonly concurrency: number
  readonly requestsPerMinute?: number | undefined
  /** @throws `aborted`, `refused` for a question that cannot be put */
  ask(request: VlmRequest, pictures: Pictures, signal: AbortSignal): Promise<Reply>
}
