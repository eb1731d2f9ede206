// A vision-language judge as an operator describes it, ready to be asked.
import type { Clock } from '../../engine/clock.ts'
import type { CutView } from './chat-body.ts'
import { Endpoints } from './endpoints.ts'
import type { Chosen } from './identity.ts'
import { OpenAiEndpoint } from './openai-endpoint.ts'
import { penaltyDuel, penaltyIdentity } from './penalty.ts'
import { VlmJudge } from './vlm-judge.ts'

export interface VlmEndpoint {
  readonly url: string
  readonly concurrency: number
  readonly requestsPerMinute?: number | undefined
  apiKey?: (() => string | undefined) | undefined
}

export interface VlmOptions extends Chosen {
  readonly kind: 'penalty'
  readonly endpoints: readonly VlmEndpoint[]
  readonly timeoutMs: number
  readonly clock: Clock
  readonly cut?: CutView
}

export function openVlmJudge(options: VlmOptions): VlmJudge {
  const { images, timeoutMs, cut } = options
  const endpoints = new Endpoints(
    options.endpoints.map((each) => new OpenAiEndpoint({ ...each, images, cut, timeoutMs })),
    options.clock,
  )
  return new VlmJudge({
    identity: penaltyIdentity(options),
    method: penaltyDuel,
    call: (request, pictures, signal) => endpoints.call(request, pictures, signal),
  })
}
