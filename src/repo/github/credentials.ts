/** Who asks GitHub: nobody, the owner of a token, or an App by the tokens of its installation, which last an hour. */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { z } from 'zod'
import { RoundkeeperError } from '../../errors.ts'
import { hide } from '../../mask.ts'
import type { Connection } from './connection.ts'

export interface Credentials {
  /** Value of the header; undefined for nobody. @throws as `Connection.ask` */
  authorization(): Promise<string | undefined>
  /** After a 401: whether there can be others now. */
  renew(): boolean
}

export interface App {
  /** Its id or client id. */
  readonly id: string
  /** Its private key, PEM as GitHub hands it out; `\n` may stand for line breaks. */
  readonly key: string
}

export interface Repository {
  readonly owner: string
  readonly repo: string
}

export function tokenCredentials(token: string | undefined): Credentials {
  hide(token)
  return { authorization: async () => token && `token ${token}`, renew: () => false }
}

const installationSchema = z.object({ id: z.int() })
const tokenSchema = z.object({ token: z.string().min(1), expires_at: z.iso.datetime({ offset: true }) })

/** So long before its end a token is not used any more. */
const SPARE_MS = 5 * 60_000
/** GitHub allows ten minutes; its clock and ours may differ. */
const JWT_SECONDS = 9 * 60
const SKEW_SECONDS = 60

export class AppCredentials implements Credentials {
  readonly #connection: Connection
  readonly #app: { readonly id: string; readonly key: KeyObject }
  readonly #repository: Repository
  #token: Promise<{ readonly text: string; readonly endsAt: number }> | undefined

  /** @throws RoundkeeperError `usage` for what is no RSA key */
  constructor(connection: Connection, { id, key }: App, repository: Repository) {
    this.#connection = connection
    this.#app = { id, key: rsaKey(key) }
    this.#repository = repository
  }

  async authorization(): Promise<string> {
    const known = await this.#token
    if (known !== undefined && known.endsAt - SPARE_MS > this.#connection.clock.now().getTime()) {
      return `token ${known.text}`
    }
    const asked = this.#ask()
    this.#token = asked.catch((error: unknown) => {
      this.#token = undefined
      throw error
    })
    return `token ${(await this.#token).text}`
  }

  renew(): boolean {
    this.#token = undefined
    return true
  }

  async #ask() {
    const authorization = `Bearer ${appToken(this.#app.id, this.#app.key, this.#connection.clock.now())}`
    const found = await this.#connection.ask({
      route: 'GET /repos/{owner}/{repo}/installation',
      parameters: { ...this.#repository },
      authorization,
    })
    const made = await this.#connection.ask({
      route: 'POST /app/installations/{installation_id}/access_tokens',
      parameters: {
        installation_id: understood(installationSchema, found.data).id,
        repositories: [this.#repository.repo],
      },
      authorization,
    })
    const { token, expires_at } = understood(tokenSchema, made.data)
    hide(token)
    return { text: token, endsAt: Date.parse(expires_at) }
  }
}

/** A JSON Web Token (RFC 7519) with which an App says that it is itself, signed with RS256. */
export function appToken(id: string, key: KeyObject, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000)
  const claims = { iat: seconds - SKEW_SECONDS, exp: seconds + JWT_SECONDS, iss: id }
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`
}

function rsaKey(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'))
    if (key.asymmetricKeyType === 'rsa') return key
  } catch {
    // said below; the reason might show parts of the key
  }
  throw new RoundkeeperError('usage', 'the private key of the GitHub App cannot be read', {
    where: 'ROUNDKEEPER_GITHUB_APP_KEY',
    hint: 'Give the whole text of the .pem file that GitHub made for the App, with its first and last line.',
  })
}

/** @throws `unavailable` for an answer in no shape that we know */
export function understood<T extends z.ZodType>(schema: T, data: unknown): z.infer<T> {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  throw new RoundkeeperError('unavailable', 'GitHub answers in a way that is not understood', {
    hint: 'Try again later; if it stays so, its API has changed and roundkeeper has to follow.',
    cause: parsed.error,
  })
}
