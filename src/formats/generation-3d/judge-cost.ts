/** What a judge's recorded answers cost, as far as they tell: those of models do. */
import { z } from 'zod'
import type { JudgeCost } from '../../state/index.ts'
import { requireContent } from '../../store/content.ts'
import type { ObjectReader } from '../../store/object-store.ts'

/** What is more was never counted; sums of what is within it can be recorded. */
const MAX = 1e9
const count = z.int().min(0).max(MAX).nullish()
const transcriptSchema = z.object({
  calls: z.array(
    z.object({
      tokens: z.object({ prompt: count, completion: count }).optional(),
      latency_ms: z.number().min(0).max(MAX).optional(),
    }),
  ),
})

/** @param transcripts digests, as duels and checks name them @throws `unavailable` when one is gone */
export async function judgeCost(
  store: ObjectReader,
  transcripts: readonly { readonly transcript?: string | undefined }[],
): Promise<JudgeCost> {
  const cost = { calls: 0, input_tokens: 0, output_tokens: 0, seconds: 0 }
  let milliseconds = 0
  for (const { transcript } of transcripts) {
    if (transcript === undefined) continue
    const bytes = await requireContent(store, transcript.replace(/^sha256:/, ''), 'json')
    const parsed = transcriptSchema.safeParse(jsonOf(bytes))
    for (const { tokens, latency_ms } of parsed.data?.calls ?? []) {
      cost.calls += 1
      cost.input_tokens += tokens?.prompt ?? 0
      cost.output_tokens += tokens?.completion ?? 0
      milliseconds += Math.round(latency_ms ?? 0)
    }
  }
  return { ...cost, seconds: milliseconds / 1000 }
}

/** Others may have handed it in, and nobody has read it yet. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
