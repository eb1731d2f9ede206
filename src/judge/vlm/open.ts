// A vision-language judge as an operator describes it, ready to be asked.
import type { Clock } from '../../engine/clock.ts'
import type { Question, Side } from '../judge.ts'
import type { CutView } from './chat-body.ts'
import { Endpoints } from './endpoints.ts'
import type { Chosen } from './identity.ts'
import { methods } from './methods.ts'
import { MULTISTAGE_JUDGE, VIEWS } from './multistage/identity.ts'
import { distanceName } from './multistage/voters.ts'
import { OpenAiEndpoint } from './openai-endpoint.ts'
import { PENALTY_JUDGE } from './penalty.ts'
import { VlmJudge } from './vlm-judge.ts'

export interface VlmEndpoint {
  readonly url: string
  readonly concurrency: number
  readonly requestsPerMinute?: number | undefined
  apiKey?: (() => string | undefined) | undefined
}

export interface VlmOptions extends Chosen {
  readonly kind: keyof typeof KINDS
  readonly endpoints: readonly VlmEndpoint[]
  readonly timeoutMs: number
  readonly clock: Clock
  /** What the staged judge needs besides: views cut from a preview, and how far each is from the prompt image. */
  readonly cut?: CutView
  viewDistances?(preview: Uint8Array, prompt: Uint8Array): Promise<readonly number[]>
}

const KINDS = { penalty: PENALTY_JUDGE, multistage: MULTISTAGE_JUDGE } as const

export function openVlmJudge(options: VlmOptions): VlmJudge {
  const { kind, images, timeoutMs, cut } = options
  const endpoints = new Endpoints(
    options.endpoints.map((each) => new OpenAiEndpoint({ ...each, images, cut, timeoutMs })),
    options.clock,
  )
  const { make, method } = methods[KINDS[kind]]
  return new VlmJudge({
    identity: make(options),
    method,
    call: (request, pictures, signal) => endpoints.call(request, pictures, signal),
    ...(kind === 'multistage' && { measure: (question: Question) => measured(question, options) }),
  })
}

async function measured(
  { prompt, left, right }: Question,
  { viewDistances }: VlmOptions,
): Promise<Record<string, number>> {
  const facts: Record<string, number> = {}
  for (const [side, { png }] of Object.entries({ left, right }) as ['left' | 'right', Side][]) {
    const distances = (await viewDistances?.(png, prompt.image)) ?? []
    for (const view of VIEWS) if (distances[view] !== undefined) facts[distanceName(side, view)] = distances[view]
  }
  return facts
}
