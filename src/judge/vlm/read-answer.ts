/** From what a model said to what it was asked for, or why that is no answer. Strict: nothing is guessed. Pure. */
import type { z } from 'zod'
import { shortened } from './decision.ts'
import type { RawAnswer } from './request.ts'

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly cause: string }

/** How a text is brought to be read as JSON; each is tried in turn. */
export type Candidates = (content: string) => readonly string[]

export function readAnswer<T>(answer: RawAnswer, schema: z.ZodType<T>, candidates: Candidates = plain): Read<T> {
  const cause = unfinished(answer)
  if (cause !== undefined) return { ok: false, cause }
  let isJson = false
  for (const candidate of candidates(answer.content ?? '')) {
    const json = jsonOf(candidate)
    if (json === undefined) continue
    isJson = true
    const parsed = schema.safeParse(json)
    if (parsed.success) return { ok: true, value: parsed.data }
  }
  return { ok: false, cause: isJson ? 'other JSON than was asked for' : 'not JSON' }
}

function unfinished({ content, refusal, finish_reason, rejected }: RawAnswer): string | undefined {
  if (rejected !== undefined) return `rejected: ${shortened(rejected)}`
  if (refusal || finish_reason === 'content_filter') return 'refusal'
  if (finish_reason === 'length') return 'cut short'
  return content?.trim() ? undefined : 'empty'
}

/** The whole of it; without what a model thought aloud before, and without the one fence around it. */
export const plain: Candidates = (content) => {
  const spoken = content.replace(/^\s*<think>.*?<\/think>/s, '').trim()
  const said = /^<answer>(.*)<\/answer>$/s.exec(spoken)?.[1]?.trim() ?? spoken
  return [unfenced(said)]
}

/** By hand: an expression for it goes back and forth through a long answer of blank lines, for hours. */
function unfenced(said: string): string {
  if (!said.startsWith(FENCE) || !said.endsWith(FENCE)) return said
  const inside = said.slice(FENCE.length, -FENCE.length)
  const [first, last] = [inside.indexOf('\n'), inside.lastIndexOf('\n')]
  const isFence = first < last && /^(?:json)?\s*$/.test(inside.slice(0, first)) && inside.slice(last).trim() === ''
  return isFence ? inside.slice(first + 1, last) : said
}

const FENCE = '```'

function jsonOf(candidate: string): unknown {
  try {
    return JSON.parse(candidate)
  } catch {
    return undefined
  }
}
