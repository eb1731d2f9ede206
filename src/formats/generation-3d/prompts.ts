import { type Change, change } from '../../engine/change.ts'
import type { Round } from '../../engine/owner.ts'
import { voidedIn } from '../../engine/scene.ts'
import { RoundkeeperError } from '../../errors.ts'
import { sha256Hex } from '../../rules/digest.ts'
import { drawPrompts, stemOf, stemsOf } from '../../rules/prompts.ts'
import { files } from '../../state/files.ts'
import { isReordered } from '../../state/map.ts'
import type { Outputs } from '../../state/outputs.ts'
import { putContent, requireContent } from '../../store/content.ts'
import { remember } from '../../store/evidence.ts'
import type { Ports } from './ports.ts'
import type { RoundFiles } from './record.ts'

/** Addresses of the operator's own choice. */
export const PROMPT_IMAGE_LIMITS = { maxBytes: 20 * 2 ** 20, timeoutMs: 120_000, plainHttp: true }

export interface Prompt {
  readonly stem: string
  readonly url: string
  /** Why it counts for nobody. */
  readonly void?: string
}

/** A round hands out prompts: some of the last round's, the rest from the pool, as the seed says. */
export async function handOut(round: Round, seed: number): Promise<Change> {
  const { snapshot, config, number } = round
  const pool = await snapshot.read(files.pool)
  const prompts = drawPrompts({
    rules: config.rules ?? 'legacy',
    seed,
    pool,
    previous: await previousPrompts(round),
    count: config.prompts_per_round,
    carryover: config.carryover_prompts,
  })
  return change().put(files.prompts, [number], usable(prompts))
}

/** Stems are keys of every record by prompt: objects do not keep all of them, or not in order. */
export const isUsableStem = (stem: string) => stem !== '' && !isReordered(stem) && !(stem in Object.prototype)

/** One that is no key of a record must not be handed out. */
function usable(prompts: string[]): string[] {
  const bad = prompts.find((url) => !isUsableStem(stemOf(url)))
  if (bad === undefined) return prompts
  throw new RoundkeeperError('state-file', `prompts.txt: ${bad} has no usable name`, {
    where: 'prompts.txt',
    hint: 'Name prompt images p1.png and the like: a plain number or a word such as "constructor" is no key of a record.',
  })
}

/** Those of the newest earlier round that had any: a round without entries hands nothing out. */
export async function previousPrompts({ snapshot, number }: Omit<RoundFiles, 'config'>): Promise<string[]> {
  const last = number > 0 ? await snapshot.find(files.prompts, number - 1) : undefined
  if (last !== undefined) return last
  const rounds = (await snapshot.list('rounds')).flatMap(
    (path) => /^rounds\/(\d+)\/prompts\.txt$/.exec(path)?.[1] ?? [],
  )
  const earlier = rounds.map(Number).filter((round) => round < number)
  for (const round of earlier.sort((a, b) => b - a)) {
    const prompts = await snapshot.find(files.prompts, round)
    if (prompts !== undefined) return prompts
  }
  return []
}

export async function promptsOf({ snapshot, number }: Omit<RoundFiles, 'config'>): Promise<Prompt[]> {
  const voided = await voidedIn(snapshot, number)
  const urls = await snapshot.read(files.prompts, number)
  const stems = stemsOf(urls)
  return urls.map((url, i) => {
    const stem = stems[i] as string
    const why = voided.get(stem)
    return { stem, url, ...(why === undefined ? {} : { void: why }) }
  })
}

/** Prompts that count, and of which these outputs have nothing yet: each once, though older rounds hand some out twice. */
export async function promptsMissingIn(round: Omit<RoundFiles, 'config'>, outputs: Outputs): Promise<Prompt[]> {
  const missing = new Map<string, Prompt>()
  for (const prompt of await promptsOf(round)) {
    if (prompt.void === undefined && outputs[prompt.stem] === undefined && !missing.has(prompt.stem))
      missing.set(prompt.stem, prompt)
  }
  return [...missing.values()]
}

/** The prompt's picture, fetched once and kept. @throws `unavailable`: without it nothing can be judged fairly */
export async function promptImage(
  ports: Pick<Ports, 'store' | 'downloader'>,
  prompt: Prompt,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { sha256 } = await remember(ports.store, 'prompt-image', { url: prompt.url }, async () => {
    const result = await ports.downloader.fetch(prompt.url, PROMPT_IMAGE_LIMITS, signal)
    if (!result.ok) throw unreachable(prompt.url, result.detail)
    await putContent(ports.store, result.bytes, 'img', 'application/octet-stream')
    return { sha256: sha256Hex(result.bytes) }
  })
  return requireContent(ports.store, sha256, 'img')
}

export const unreachable = (url: string, detail: string) =>
  new RoundkeeperError('unavailable', `the prompt image cannot be fetched: ${detail}`, {
    where: url,
    hint: 'See that this machine has a network and that the host of the prompt images is up, then run again; nothing is lost.',
  })
