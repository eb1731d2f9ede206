/** One message to a webhook: no redirects, bounded time, as patient as the host asks for. Its address is a secret and in no error. */
import type { Clock } from '../engine/clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { masked } from '../mask.ts'

export interface Webhook {
  /** Environment variable that holds the address: what people are told instead of it. */
  readonly variable: string
  readonly url: string
  readonly clock: Clock
}

const TIMEOUT_MS = 10_000
const ATTEMPTS = 3
const PAUSE_MS = 1_000
/** For longer the next run tells it. */
const LONGEST_PAUSE_MS = 10_000
const MAX_ANSWER_BYTES = 65_536

/** @throws RoundkeeperError `unauthorised`, `refused`, `unavailable`; the reason of an aborted signal */
export async function postJson({ variable, url, clock }: Webhook, message: object, signal: AbortSignal): Promise<void> {
  const where = `the webhook in ${variable}`
  for (let attempt = 1; ; attempt++) {
    const answer = await post(url, message, signal)
    if (answer !== undefined && answer.status < 300) return
    const ms = pauseOf(answer)
    if (attempt === ATTEMPTS || ms === undefined || ms > LONGEST_PAUSE_MS)
      throw refusalOf(answer?.status, where, variable)
    await clock.sleep(ms, signal)
  }
}

interface Answered {
  readonly status: number
  /** How long the host wants to be left alone. */
  readonly patienceMs: number | undefined
}

/** @returns undefined where nobody answered */
async function post(url: string, message: object, signal: AbortSignal): Promise<Answered | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: masked(JSON.stringify(message)),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    const patienceMs = response.status === 429 ? await patienceOf(response) : undefined
    if (response.status !== 429) await response.body?.cancel()
    return { status: response.status, patienceMs }
  } catch {
    // What it says may hold the address.
    signal.throwIfAborted()
    return undefined
  }
}

/** Discord says it in its body, in seconds; all others in the header, in whole ones. */
async function patienceOf(response: Response): Promise<number | undefined> {
  const header = Number(response.headers.get('retry-after') ?? Number.NaN)
  let body = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    body += decoder.decode(chunk, { stream: true })
    if (body.length > MAX_ANSWER_BYTES) break
  }
  const said = Number(/"retry_after":\s*([\d.]{1,12})/.exec(body)?.[1] ?? Number.NaN)
  const seconds = Number.isNaN(said) ? header : said
  return Number.isNaN(seconds) || seconds < 0 ? undefined : Math.ceil(1000 * seconds)
}

/** Undefined for an answer that would be the same the next time. */
function pauseOf(answer: Answered | undefined): number | undefined {
  if (answer === undefined || answer.status >= 500) return PAUSE_MS
  return answer.status === 429 ? (answer.patienceMs ?? PAUSE_MS) : undefined
}

function refusalOf(status: number | undefined, where: string, variable: string): RoundkeeperError {
  if (status === undefined || status === 429 || status >= 500) {
    const what = status === undefined ? 'does not answer' : `is no help now (HTTP ${status})`
    return new RoundkeeperError('unavailable', `a webhook ${what}`, { where, hint: 'The next run tells it again.' })
  }
  if ([401, 403, 404, 410].includes(status)) {
    return new RoundkeeperError('unauthorised', `a webhook is not there, or not for us (HTTP ${status})`, {
      where,
      hint: `Make a new one and put its address into ${variable}.`,
    })
  }
  return new RoundkeeperError('refused', `a webhook does not take the message (HTTP ${status})`, {
    where,
    hint: 'See that its kind is right: discord, slack or webhook.',
  })
}
