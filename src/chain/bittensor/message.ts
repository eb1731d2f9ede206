/**
 * What a node sends, as JSON-RPC. Everything in it is of the node's making, so that each part is looked at before it is used:
 * even to make a text of an object may throw.
 */
import { RpcFault } from './link.ts'

export type Message =
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly fault: RpcFault }
  | { readonly kind: 'notification'; readonly subscription: string; readonly result: unknown }
  /** Nothing that anybody here waits for. */
  | { readonly kind: 'other' }

/** Small ones are never looked through. */
const LARGE_BYTES = 1024 * 1024
/** Lists and objects in a large one: what we ask for is long texts. In memory each takes 30 times its bytes and more. */
const MAX_STRUCTURES = 100_000
const BRACKET = 0x5b
const BRACE = 0x7b
/** Of what a node says in words. */
const MAX_WORDS = 500

/** @returns undefined for what is no JSON-RPC */
export function readMessage(data: Buffer): Message | undefined {
  if (data.length > LARGE_BYTES && isTangled(data)) return undefined
  const message = parsed(data.toString())
  if (typeof message !== 'object' || message === null) return undefined
  const { id, result, error, params } = message as Readonly<Record<string, unknown>>
  if (typeof id === 'number') {
    return error === undefined || error === null
      ? { kind: 'answer', id, result }
      : { kind: 'refusal', id, fault: faultIn(error) }
  }
  if (params === undefined || params === null) return { kind: 'other' }
  const { subscription, result: news } = params as { readonly subscription?: unknown; readonly result?: unknown }
  const name = subscriptionIn(subscription)
  return name === undefined ? { kind: 'other' } : { kind: 'notification', subscription: name, result: news }
}

/** The name of a subscription; nodes give texts or numbers. */
export const subscriptionIn = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined

/** A node's own words, of bearable length. */
export const wordsIn = (value: unknown): string | undefined =>
  typeof value === 'string' ? value.slice(0, MAX_WORDS) : undefined

function faultIn(error: unknown): RpcFault {
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown }
  return new RpcFault(typeof code === 'number' ? code : Number.NaN, wordsIn(message) ?? 'without a word', wordsIn(data))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isTangled(data: Buffer): boolean {
  let structures = 0
  for (const byte of data) if (byte === BRACKET || byte === BRACE) structures++
  return structures > MAX_STRUCTURES
}
