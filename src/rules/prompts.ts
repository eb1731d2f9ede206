/** Which prompts a round hands out: some of the last round's first, then new ones from the pool. */
import { HashRandom, PythonRandom } from './random.ts'

/** File name of a URL without its last extension; what keys every per-prompt map. */
export function stemOf(url: string): string {
  const isPlain = !url.includes('?') && !url.includes('#') && !url.endsWith('/')
  const path = isPlain ? url : url.replace(/[?#].*$/s, '').replace(/\/+$/, '')
  const name = path.slice(path.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}

const stems = new WeakMap<readonly string[], readonly string[]>()

/** Of every URL of a list, which an auditor asks about commit after commit. */
export function stemsOf(urls: readonly string[]): readonly string[] {
  const found = stems.get(urls) ?? urls.map(stemOf)
  stems.set(urls, found)
  return found
}

export interface PromptDraw {
  readonly rules: 'legacy' | 'v1'
  readonly seed: number
  /** All prompts of the competition, in the order of the file. */
  readonly pool: readonly string[]
  /** The last round's prompts, in the order of the file. */
  readonly previous: readonly string[]
  readonly count: number
  /** How many of `count` come from `previous`. */
  readonly carryover: number
}

/** @returns `count` URLs, or fewer when pool and previous round do not hold as many */
export function drawPrompts(draw: PromptDraw): string[] {
  return draw.rules === 'legacy' ? drawLegacy(draw) : drawUnique(draw)
}

/** One generator for both draws; the pool is not reduced, so that a prompt may come twice. */
function drawLegacy({ seed, pool, previous, count, carryover }: PromptDraw): string[] {
  const random = new PythonRandom(seed)
  const carried = carryover > 0 ? upTo(random, previous, carryover) : []
  return [...carried, ...upTo(random, pool, Math.max(0, count - carried.length))]
}

/** No stem comes twice. */
function drawUnique({ seed, pool, previous, count, carryover }: PromptDraw): string[] {
  const root = String(seed)
  const kept = Math.max(0, Math.min(carryover, count))
  const carried = upTo(new HashRandom(root, 'prompts/carryover'), distinct(previous).urls, kept)
  const seen = new Set(carried.map(stemOf))
  const { urls, stems } = distinct(pool)
  const fresh = urls.filter((_, i) => !seen.has(stems[i] as string))
  return [...carried, ...upTo(new HashRandom(root, 'prompts/new'), fresh, Math.max(0, count - carried.length))]
}

/** URLs of which no stem comes twice, and their stems. */
interface Distinct {
  readonly urls: readonly string[]
  readonly stems: readonly string[]
}

/** Of lists that were asked about: a pool is drawn from in round after round. */
const remembered = new WeakMap<readonly string[], Distinct>()

function distinct(list: readonly string[]): Distinct {
  const known = remembered.get(list)
  if (known !== undefined) return known
  const byStem = new Map<string, string>()
  for (const url of list) {
    const stem = stemOf(url)
    if (!byStem.has(stem)) byStem.set(stem, url)
  }
  const found = { urls: [...byStem.values()], stems: [...byStem.keys()] }
  remembered.set(list, found)
  return found
}

/** Everything, in order and without a draw, when there are no more than `k`. */
function upTo(random: PythonRandom | HashRandom, xs: readonly string[], k: number): string[] {
  return xs.length <= k ? [...xs] : random.sample(xs, k)
}
