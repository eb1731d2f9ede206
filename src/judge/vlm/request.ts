/** One call to a vision-language model, in the words of chat completions; pictures by what they are, not where. Pure. */
import { sha256Hex } from '../../rules/digest.ts'
import { canonicalJson } from '../../store/canonical-json.ts'

/** A picture of the question, or one view of it. */
export interface PictureName {
  readonly sha256: string
  /** Of a 2×2 preview only this quarter: 0 top left, 1 top right, 2 bottom left, 3 bottom right. */
  readonly view?: number
}

export type Part = { readonly type: 'text'; readonly text: string } | ({ readonly type: 'image' } & PictureName)

/** What is sent, but that a picture's digest stands where its bytes or its address are. */
export interface VlmRequest {
  readonly model: string
  readonly temperature: number
  readonly max_tokens: number
  readonly seed: number
  readonly messages: readonly [
    { readonly role: 'system'; readonly content: string },
    { readonly role: 'user'; readonly content: readonly Part[] },
  ]
  /** A server that does not know it is asked without. */
  readonly response_format: {
    readonly type: 'json_schema'
    readonly json_schema: { readonly name: string; readonly strict: true; readonly schema: Record<string, unknown> }
  }
}

/** What a model said, as it came. */
export interface RawAnswer {
  readonly content: string | null
  readonly refusal: string | null
  readonly finish_reason: string | null
  /** The server would not take this very request, e.g. `HTTP 400: content policy`. */
  readonly rejected?: string
}

/** SHA-256 over the canonical JSON (RFC 8785) of a request, in hex. */
export const requestDigest = (request: VlmRequest): string => sha256Hex(canonicalJson(request))

export const text = (words: string): Part => ({ type: 'text', text: words })
export const image = (picture: PictureName): Part => ({ type: 'image', ...picture })
