/**
 * Outputs that were removed and then made again under the same address: whoever judged by the address judged something
 * else. Remembers what was removed, so that it can tell.
 */
import { isError } from '../../errors.ts'
import { files } from '../../state/files.ts'
import type { Output, Outputs } from '../../state/outputs.ts'
import type { Changed, Step } from '../step.ts'
import { inWords } from './append/outputs.ts'
import { counted, promptName, who } from './words.ts'

/** Removed outputs that are remembered; more than that are one mess anyway. */
const MAX_REMEMBERED = 20_000

interface Found {
  readonly code: string
  readonly path: string
  readonly message: string
}

type Removed = Pick<Output, 'glb' | 'size' | 'generation_time' | 'glb_sha256'>

export class Replaced {
  /** By path and stem. */
  readonly #removed = new Map<string, Map<string, Removed>>()
  #count = 0

  begin(memory: unknown): void {
    for (const [path, outputs] of (memory ?? []) as [string, [string, Removed][]][]) {
      this.#removed.set(path, new Map(outputs))
      this.#count += outputs.length
    }
  }

  memory(): unknown {
    return [...this.#removed].map(([path, outputs]) => [path, [...outputs]])
  }

  async look(step: Step): Promise<Found[]> {
    const found: Found[] = []
    for (const changed of step.changed) {
      const { file, args } = changed.located ?? {}
      if (file !== files.generated && file !== files.submitted) continue
      if (changed.before === undefined && !this.#removed.has(changed.path)) continue // nothing to be told, nothing to be read
      const [before, after] = [await outputsOf(step.before, changed), await outputsOf(step.after, changed)]
      if (before === undefined || after === undefined) continue
      this.#remember(changed.path, before, after)
      const again = this.#madeAgain(changed.path, before, after)
      const [first] = again
      if (first === undefined) continue
      const message = `Round ${args?.[0]}: ${counted(again.length, 'model')} of ${who(String(args?.[1]))} ${again.length === 1 ? 'was' : 'were'} made anew, under the address of one that had been removed (${first}).`
      found.push({ code: 'append-only/address', path: changed.path, message })
    }
    return found
  }

  #remember(path: string, before: Outputs, after: Outputs): void {
    for (const [stem, old] of Object.entries(before)) {
      if (Object.hasOwn(after, stem) || old.glb === null || this.#count >= MAX_REMEMBERED) continue
      const removed = this.#removed.get(path) ?? new Map<string, Removed>()
      this.#removed.set(path, removed.set(stem, kept(old)))
      this.#count += 1
    }
  }

  #madeAgain(path: string, before: Outputs, after: Outputs): string[] {
    const removed = this.#removed.get(path)
    if (removed === undefined) return []
    return Object.entries(after).flatMap(([stem, now]) => {
      const old = removed.get(stem)
      if (old === undefined || Object.hasOwn(before, stem)) return []
      removed.delete(stem)
      this.#count -= 1
      if (old.glb !== now.glb || isSameFile(old, now)) return []
      return [`${promptName(stem)}: ${inWords(old)} became ${inWords(now)}`]
    })
  }
}

const kept = ({ glb, size, generation_time, glb_sha256 }: Output): Removed => ({
  glb,
  size,
  generation_time,
  ...(glb_sha256 === undefined ? {} : { glb_sha256 }),
})
const isSameFile = (a: Removed, b: Removed) => a.size === b.size && a.glb_sha256 === b.glb_sha256

/** Nothing where there is no file; undefined where it cannot be read. */
async function outputsOf(records: Step['before'], { located }: Changed): Promise<Outputs | undefined> {
  const [round, subject] = located?.args ?? []
  const file = located?.file === files.generated ? files.generated : files.submitted
  try {
    return (await records.find(file, Number(round), String(subject))) ?? {}
  } catch (error) {
    if (isError(error, 'state-file')) return undefined
    throw error
  }
}
