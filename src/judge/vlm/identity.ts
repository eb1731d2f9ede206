/** Who a judge is: everything but the question that its answers depend on, and a name that is a digest of it. Pure. */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { RoundkeeperError } from '../../errors.ts'
import { sha256Hex } from '../../rules/digest.ts'
import { canonicalJson } from '../../store/canonical-json.ts'

/** What an operator chooses; the rest is fixed by the kind of the judge and its version. */
export interface Chosen {
  readonly model: string
  /** Of the model's weights, as whoever serves it names them; null when it cannot be known. */
  readonly revision: string | null
  readonly maxTokens: number
  /** Whether the pictures themselves are sent, or addresses that the server fetches. */
  readonly images: 'bytes' | 'urls'
}

export interface Identity {
  /** E.g. `vlm-penalty/1`: the version goes up with every change of what follows from an answer. */
  readonly kind: string
  readonly model: string
  readonly revision: string | null
  readonly parameters: { readonly max_tokens: number } & Readonly<Record<string, unknown>>
  readonly images: { readonly sent: Chosen['images'] } & Readonly<Record<string, unknown>>
  readonly template: Readonly<Record<string, unknown>>
}

/** Of the digest that a judge's id ends with: 128 bits, so that nobody can make two judges of one name. */
const DIGITS = 32

/** `vlm-penalty/1+0123…cdef`: the kind, and what SHA-256 over the canonical JSON (RFC 8785) of the identity begins with. */
export const idOf = (identity: Identity): string =>
  `${identity.kind}+${sha256Hex(canonicalJson(identity)).slice(0, DIGITS)}`

const chosenSchema = z.object({
  model: z.string(),
  revision: z.string().nullable(),
  parameters: z.object({ max_tokens: z.int().positive() }),
  images: z.object({ sent: z.enum(['bytes', 'urls']) }),
})

/**
 * What was chosen for a recorded identity. @param make the identity that follows from it
 * @throws `refused` when anything else in it was changed: template and rules belong to the kind
 */
export function chosenIn(identity: unknown, make: (chosen: Chosen) => Identity): Chosen {
  const parsed = chosenSchema.safeParse(identity)
  if (parsed.success) {
    const { model, revision, parameters, images } = parsed.data
    const chosen = { model, revision, maxTokens: parameters.max_tokens, images: images.sent }
    // Not by their canonical texts: what a stranger nested without end has none.
    if (isDeepStrictEqual(make(chosen), identity)) return chosen
  }
  throw new RoundkeeperError('refused', 'its identity is not that of such a judge', {
    hint: 'It was damaged, or asked with another template or by other rules.',
  })
}
