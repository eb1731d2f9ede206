// Verda's OAuth tokens: fetched with the client's credentials, renewed a minute before they end, or when refused.
import { Agent, request } from 'undici'
import { z } from 'zod'
import type { Clock } from '../../engine/clock.ts'
import { RoundkeeperError } from '../../errors.ts'
import { hide } from '../../mask.ts'
import { within } from '../deadline.ts'
import { boundedText, CALL_MS, type Credentials } from './cloud-api.ts'

const EARLY_MS = 60_000
const DEFAULT_SECONDS = 3600

const tokenSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive().default(DEFAULT_SECONDS),
})

export interface VerdaTokenOptions {
  readonly base: string
  readonly clientId: string
  readonly clientSecret: string
  readonly clock: Clock
  /** Of other calls; no message may hold it either. */
  readonly alsoSecret: readonly string[]
}

interface Token {
  readonly header: string
  readonly until: number
}

export class VerdaToken implements Credentials {
  readonly #options: VerdaTokenOptions
  readonly #agent = new Agent({ connect: { timeout: 10_000 } })
  #token: Promise<Token> | undefined
  readonly #known = new Set<string>()

  constructor(options: VerdaTokenOptions) {
    this.#options = options
  }

  secrets(): readonly string[] {
    const { clientSecret, alsoSecret } = this.#options
    return [clientSecret, ...alsoSecret, ...this.#known]
  }

  async authorisation(signal: AbortSignal): Promise<string> {
    const token = await this.#current(signal)
    if (token.until - EARLY_MS > this.#options.clock.now().getTime()) return token.header
    return (await this.#another(token.header, signal)).header
  }

  async renewed(refused: string, signal: AbortSignal): Promise<string | undefined> {
    const { header } = await this.#another(refused, signal)
    return header === refused ? undefined : header
  }

  /** Unless somebody else has fetched one in the meantime. */
  async #another(old: string, signal: AbortSignal): Promise<Token> {
    const held = this.#current(signal)
    const token = await held
    if (token.header !== old) return token
    if (this.#token === held) this.#token = undefined
    return this.#current(signal)
  }

  #current(signal: AbortSignal): Promise<Token> {
    if (this.#token !== undefined) return this.#token
    const fetched = this.#fetch(signal)
    this.#token = fetched
    fetched.catch(() => {
      if (this.#token === fetched) this.#token = undefined
    })
    return fetched
  }

  async #fetch(signal: AbortSignal): Promise<Token> {
    const { base, clientId, clientSecret, clock } = this.#options
    const began = clock.now().getTime()
    const body = JSON.stringify({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret })
    const headers = { 'content-type': 'application/json', accept: 'application/json' }
    let answer: { status: number; text: string } | undefined
    try {
      answer = await within(clock, CALL_MS, signal, async (inTime) => {
        const options = { method: 'POST' as const, headers, body, dispatcher: this.#agent, signal: inTime }
        const { statusCode, body: stream } = await request(`${base}/oauth2/token`, options)
        return { status: statusCode, text: await boundedText(stream) }
      })
    } catch (cause) {
      if (signal.aborted) throw cause
    }
    // Whatever it says holds a token, or may repeat the secret: none of it gets into a message.
    const parsed = answer?.status === 200 ? tokenSchema.safeParse(jsonOf(answer.text)) : undefined
    if (parsed?.success !== true) throw this.#failure(answer?.status)
    this.#known.add(parsed.data.access_token)
    hide(parsed.data.access_token)
    return { header: `Bearer ${parsed.data.access_token}`, until: began + parsed.data.expires_in * 1000 }
  }

  #failure(status: number | undefined): RoundkeeperError {
    const where = `POST ${this.#options.base}/oauth2/token`
    if (status === 400 || status === 401 || status === 403) {
      const hint = 'Set VERDA_CLIENT_ID and VERDA_CLIENT_SECRET to what the console of Verda shows under Keys.'
      return new RoundkeeperError('unauthorised', `verda: it gives no token for our credentials (${status})`, {
        where,
        hint,
      })
    }
    const what = status === undefined ? 'it does not answer' : `it answered ${status}`
    const hint = 'This is a failure of verda, nobody else’s: it is tried again, or elsewhere.'
    return new RoundkeeperError('unavailable', `verda: no token, ${what}`, { where, hint })
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
