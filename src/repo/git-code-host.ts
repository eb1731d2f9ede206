/**
 * Asks any host that speaks git over HTTP for one commit: protocol 2, without history and, where the host can leave them out,
 * without files. The commit that comes back is hashed, so that nothing but the commit itself is a yes,
 * and what it says of whose it is cannot be another's word.
 */
import { EnvHttpProxyAgent, fetch, type Response } from 'undici'
import { RoundkeeperError } from '../errors.ts'
import type { CodeAnswer, CodeHost } from './code-host.ts'
import { commitHotkey } from './commit-hotkey.ts'
import { firstObject } from './first-object.ts'
import { DELIMITER, FLUSH, pktLine, pktLines } from './pkt-line.ts'

export const GITHUB = 'https://github.com'
/** For the whole answer to one question. */
const TIMEOUT_MS = 20_000
const CONNECT_TIMEOUT_MS = 10_000
/** A commit comes first in a pack: of what is longer the beginning is enough. */
const MAX_ANSWER_BYTES = 1024 * 1024
const MAX_REDIRECTS = 3
/** What hosts say of a repository that is not there, or private; one that limits the rate says 403 or 429. */
const NOT_THERE = [401, 404, 410, 451]
const OWNER_AND_NAME = /^(?!\.{1,2}\/)[\w.-]+\/(?!\.{1,2}$)[\w.-]+$/

const dispatcher = new EnvHttpProxyAgent({ connect: { timeout: CONNECT_TIMEOUT_MS } })

export interface GitCodeHostOptions {
  /** Repositories are at `BASE/OWNER/NAME.git`; GitHub when absent. */
  readonly baseUrl?: string
  readonly timeoutMs?: number
}

export class GitCodeHost implements CodeHost {
  readonly #base: string
  readonly #timeoutMs: number

  constructor({ baseUrl = GITHUB, timeoutMs = TIMEOUT_MS }: GitCodeHostOptions = {}) {
    this.#base = baseUrl.replace(/\/+$/, '')
    this.#timeoutMs = timeoutMs
  }

  async find(repo: string, commit: string, signal: AbortSignal): Promise<CodeAnswer> {
    if (!OWNER_AND_NAME.test(repo) || !/^[0-9a-f]{40}$/.test(commit)) return NO
    const url = `${this.#base}/${repo}.git`
    const stop = AbortSignal.any([signal, AbortSignal.timeout(this.#timeoutMs)])
    try {
      return await ask(url, commit, stop)
    } catch (cause) {
      if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped while asking for code', { where: url, cause })
      return UNKNOWN
    }
  }
}

const NO: CodeAnswer = { found: 'no' }
const UNKNOWN: CodeAnswer = { found: 'unknown' }

async function ask(url: string, commit: string, signal: AbortSignal): Promise<CodeAnswer> {
  const { answer, url: service } = await greet(`${url}/info/refs?service=git-upload-pack`, signal)
  if (NOT_THERE.includes(answer.status)) return NO
  if (answer.status !== 200) return UNKNOWN
  const said = pktLines(await beginningOf(answer)).map((line) => line.toString().trimEnd())
  if (!said.includes('version 2')) return UNKNOWN
  const can =
    said
      .find((line) => line.startsWith('fetch='))
      ?.slice('fetch='.length)
      .split(' ') ?? []
  const wanted = await fetch(service.replace(/\/info\/refs\?.*$/, '/git-upload-pack'), {
    method: 'POST',
    headers: { ...PROTOCOL, 'content-type': 'application/x-git-upload-pack-request' },
    body: requestFor(commit, can),
    redirect: 'error',
    dispatcher,
    signal,
  })
  if (wanted.status !== 200) return UNKNOWN
  return judge(pktLines(await beginningOf(wanted)), commit)
}

const PROTOCOL = { 'git-protocol': 'version=2', 'user-agent': 'git/roundkeeper' }

/** Follows the redirects of a repository that was renamed, on the same host. */
async function greet(url: string, signal: AbortSignal): Promise<{ answer: Response; url: string }> {
  let at = url
  for (let redirects = 0; ; redirects++) {
    const answer = await fetch(at, { headers: PROTOCOL, redirect: 'manual', dispatcher, signal })
    const location = answer.headers.get('location')
    if (answer.status < 300 || answer.status >= 400 || location === null) return { answer, url: at }
    await answer.body?.cancel()
    const next = new URL(location, at)
    if (next.origin !== new URL(url).origin || redirects >= MAX_REDIRECTS) throw new Error('redirected elsewhere')
    at = next.href
  }
}

/** @param can what the host says that its `fetch` can do */
function requestFor(commit: string, can: readonly string[]): string {
  return [
    pktLine('command=fetch\n'),
    DELIMITER,
    pktLine('no-progress\n'),
    pktLine(`want ${commit}\n`),
    ...(can.includes('shallow') ? [pktLine('deepen 1\n')] : []),
    ...(can.includes('filter') ? [pktLine('filter tree:0\n')] : []),
    pktLine('done\n'),
    FLUSH,
  ].join('')
}

/** First bytes of the frames that carry a pack. */
const DATA = 1
const ERROR = 3

function judge(lines: readonly Buffer[], commit: string): CodeAnswer {
  const texts = lines.map((line) => line.toString('latin1', 0, 200))
  const refused = texts.filter((text, i) => text.startsWith('ERR ') || lines[i]?.[0] === ERROR)
  if (refused.some((text) => text.includes('not our ref'))) return NO
  const start = texts.indexOf('packfile\n')
  if (start < 0) return UNKNOWN
  const pack = Buffer.concat(lines.slice(start + 1).flatMap((line) => (line[0] === DATA ? [line.subarray(1)] : [])))
  const object = firstObject(pack, MAX_ANSWER_BYTES)
  // The miner's doing, and no silence of the host: otherwise a few of these would end the questions for everybody.
  if (object === undefined) return NO
  const { type, oid, content } = object
  if (oid !== commit) return UNKNOWN
  if (type !== 'commit') return NO
  const hotkey = commitHotkey(content)
  return { found: 'yes', ...(hotkey === undefined ? {} : { hotkey }) }
}

async function beginningOf(answer: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MAX_ANSWER_BYTES) break
  }
  return Buffer.concat(chunks)
}
