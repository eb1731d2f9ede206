import { RoundkeeperError } from '../../errors.ts'
import { sha256Hex } from '../../rules/digest.ts'
import type { Judge, Question, Recall, Verdict } from '../judge.ts'
import type { Case, Decision, Method } from './decision.ts'
import { type Identity, idOf } from './identity.ts'
import type { Picture, Pictures } from './pictures.ts'
import { type RawAnswer, requestDigest, type VlmRequest } from './request.ts'
import type { Call, Transcript } from './transcript.ts'

export interface VlmJudgeOptions {
  readonly identity: Identity
  readonly method: Method
  /** Asks a model. @throws `aborted`; `unavailable`, `unauthorised` when no endpoint answers */
  call(request: VlmRequest, pictures: Pictures, signal: AbortSignal): Promise<Call>
  /** Facts about the pictures that the method goes by. */
  measure?(question: Question): Promise<Readonly<Record<string, number>>>
}

/** Judges by a vision-language model. What it was asked, what it answered and what follows is in the transcript. */
export class VlmJudge implements Judge {
  readonly id: string
  readonly identity: Identity
  readonly deterministic = false
  readonly #options: VlmJudgeOptions

  constructor(options: VlmJudgeOptions) {
    this.identity = options.identity
    this.id = idOf(options.identity)
    this.#options = options
  }

  /** @throws `aborted`; `unavailable`, `unauthorised` when nobody answers: that is no verdict, and no void either */
  async judge(question: Question, signal: AbortSignal, recall: Recall = (_, ask) => ask()): Promise<Verdict> {
    const { seed, retry = 0 } = question
    const { method, measure } = this.#options
    stopIf(signal)
    const named = pictureMap(question)
    const measured = (await measure?.(question)) ?? {}
    const asked: Case = { identity: this.identity, seed, retry, pictures: named.pictures, measured }
    const calls = new Map<string, Promise<Call>>()
    const call = (request: VlmRequest): Promise<Call> => {
      const digest = requestDigest(request)
      const made =
        calls.get(digest) ?? recall({ request: digest }, () => this.#options.call(request, named.map, signal))
      calls.set(digest, made)
      return made
    }
    const procedure = method(asked)
    let step = procedure.next()
    while (!step.done) step = procedure.next(await allOf(step.value.map(call)))
    return this.#verdict(step.value, asked, await Promise.all(calls.values()))
  }

  #verdict(decision: Decision, { seed, retry, pictures, measured }: Case, calls: Call[]): Verdict {
    const transcript: Transcript & { detail?: unknown } = {
      judge: this.id,
      identity: this.identity,
      seed,
      retry,
      sha256: pictures,
      measured,
      calls,
    }
    if (decision.kind === 'void') return { ...decision, transcript }
    const { detail, ...decided } = decision
    return { ...decided, transcript: detail === undefined ? transcript : { ...transcript, detail } }
  }
}

/** All of a batch; one that fails does not leave the others behind unwatched. */
async function allOf(batch: readonly Promise<Call>[]): Promise<RawAnswer[]> {
  const settled = await Promise.allSettled(batch)
  return settled.map((each) => {
    if (each.status === 'rejected') throw each.reason
    return each.value.answer
  })
}

function pictureMap({ prompt, left, right }: Question) {
  const pictures = { prompt: sha256Hex(prompt.image), left: sha256Hex(left.png), right: sha256Hex(right.png) }
  const map = new Map<string, Picture>([
    [pictures.prompt, { bytes: prompt.image, url: prompt.url }],
    [pictures.left, { bytes: left.png, url: left.pngUrl }],
    [pictures.right, { bytes: right.png, url: right.pngUrl }],
  ])
  return { pictures, map }
}

function stopIf(signal: AbortSignal): void {
  if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped while judging', { cause: signal.reason })
}
