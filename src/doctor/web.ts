/** One question over HTTP to a host that the operator named: bounded, no redirect followed, no credentials in what is told. */
import { RoundkeeperError } from '../errors.ts'

export interface WebAnswer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
}

const MAX_BYTES = 2 ** 20

interface Question {
  readonly method?: 'GET' | 'HEAD' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** What to do where nobody answers. */
  readonly hint: string
}

/** @throws RoundkeeperError `unavailable` when there is no answer */
export async function askWeb(url: string, { signal, hint, ...question }: Question): Promise<WebAnswer> {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal, ...question })
    return { status: answer.status, headers: answer.headers, bytes: await upTo(MAX_BYTES, answer) }
  } catch (cause) {
    const { message, cause: below } = cause as Error
    const why = below instanceof Error && below.message !== '' ? below.message : message
    throw new RoundkeeperError('unavailable', `no answer: ${why}`, { where: originOf(url), hint })
  }
}

async function upTo(max: number, answer: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk as Uint8Array)
    size += (chunk as Uint8Array).length
    if (size > max) break
  }
  return Buffer.concat(chunks).subarray(0, max)
}

/** An address without what may be secret in it. */
export const originOf = (url: string) => URL.parse(url)?.origin ?? 'an address'

/** JSON of an answer; undefined for what is none. */
export function jsonOf({ bytes }: WebAnswer): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return undefined
  }
}
