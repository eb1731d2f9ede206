/** JSON-RPC 2.0 as text: one message in, at most one out. Nothing that a client sends makes this throw. */
import { NodeError } from '../substrate-node.ts'
import { batchTooLarge, internalError, invalidParams, invalidRequest, parseError, responseTooBig } from './errors.ts'
import { LIMITS } from './limits.ts'
import type { Answer, Session } from './session.ts'

type Id = string | number | null

export interface Reply {
  readonly text: string
  /** To be called once the text is on its way. */
  readonly delivered: () => void
}

/** @returns nothing to requests without an id, which are ignored: they are notifications, and a node expects none */
export async function replyTo(session: Session, message: string): Promise<Reply | undefined> {
  let request: unknown
  try {
    request = JSON.parse(message)
  } catch {
    return alone(failure(null, parseError()))
  }
  if (!Array.isArray(request)) return reply(session, request)
  if (request.length === 0) return alone(failure(null, invalidRequest()))
  if (request.length > LIMITS.batchRequests) return alone(failure(null, batchTooLarge()))
  return replyToBatch(session, request)
}

async function replyToBatch(session: Session, requests: readonly unknown[]): Promise<Reply | undefined> {
  const replies: Reply[] = []
  let bytes = 0
  const delivered = () => {
    for (const each of replies) each.delivered()
  }
  // In turn, and not all at once: what would be too big is never held.
  for (const request of requests) {
    const one = await reply(session, request)
    if (one === undefined) continue
    replies.push(one)
    bytes += one.text.length
    if (bytes > LIMITS.messageBytes) return { text: failure(null, responseTooBig()), delivered }
  }
  return replies.length === 0 ? undefined : { text: `[${replies.map(({ text }) => text).join(',')}]`, delivered }
}

async function reply(session: Session, request: unknown): Promise<Reply | undefined> {
  if (!isRequest(request)) return alone(failure(idOf(request), invalidRequest()))
  const { id, method, params = [] } = request
  if (id === undefined) return undefined
  let answer: Answer
  try {
    if (!Array.isArray(params)) throw invalidParams('expected a list of parameters, by position')
    answer = await session.ask(method, params)
  } catch (error) {
    return alone(failure(id, error))
  }
  const text = JSON.stringify({ jsonrpc: '2.0', id, result: answer.result })
  if (text.length > LIMITS.messageBytes) return alone(failure(id, responseTooBig()))
  return { text, delivered: answer.delivered }
}

interface Request {
  readonly id?: Id
  readonly method: string
  readonly params?: unknown
}

function isRequest(value: unknown): value is Request {
  if (typeof value !== 'object' || value === null) return false
  const { jsonrpc, id, method } = value as Record<string, unknown>
  return jsonrpc === '2.0' && typeof method === 'string' && (id === undefined || isId(id))
}

const isId = (id: unknown): id is Id => id === null || typeof id === 'string' || typeof id === 'number'

function idOf(value: unknown): Id {
  const id = typeof value === 'object' && value !== null ? (value as Record<string, unknown>).id : null
  return isId(id) ? id : null
}

const alone = (text: string): Reply => ({ text, delivered: () => undefined })

function failure(id: Id, error: unknown): string {
  const { code, message, data } = error instanceof NodeError ? error : internalError()
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, ...(data === undefined ? {} : { data }) } })
}

export const notification = (method: string, subscription: string, result: unknown) =>
  JSON.stringify({ jsonrpc: '2.0', method, params: { subscription, result } })
