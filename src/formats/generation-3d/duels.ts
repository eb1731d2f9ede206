/** A match before any judge is asked: what each duel is between, and which of them need none. Pure, for whoever judges again too. */
import { penalised, type Settled, settle } from '../../rules/match.ts'
import type { Config, Duel, Output, Outputs } from '../../state/index.ts'
import type { Prompt } from './prompts.ts'
import { settingsOf } from './settings.ts'
import { stoppingOf } from './stopping.ts'

export interface OpenDuel {
  readonly prompt: Prompt
  readonly left: Output | undefined
  readonly right: Output | undefined
  /** What the record says of both sides. */
  readonly frame: Pick<Duel, 'name' | 'prompt' | 'left_glb' | 'left_png' | 'right_glb' | 'right_png'>
  /** Undefined where a judge has to look. */
  readonly settled: Settled | undefined
}

/** In the order of the prompts. */
export function duelsOf(
  config: Config,
  prompts: readonly Prompt[],
  outputs: { readonly left: Outputs; readonly right: Outputs },
): OpenDuel[] {
  const settings = settingsOf(config)
  const limits = { maxSeconds: settings.max_generation_seconds, toleranceRatio: settings.overtime_tolerance }
  const stems = prompts.map(({ stem }) => stem)
  const alike = stoppingOf(config) !== undefined
  const late = { left: penalised(stems, outputs.left, limits), right: penalised(stems, outputs.right, limits) }
  return prompts.map((prompt) => {
    const [left, right] = [outputs.left[prompt.stem], outputs.right[prompt.stem]]
    const frame = {
      name: prompt.stem,
      prompt: prompt.url,
      left_glb: left?.glb ?? null,
      left_png: left?.png ?? null,
      right_glb: right?.glb ?? null,
      right_png: right?.png ?? null,
    }
    return { prompt, left, right, frame, settled: settle(prompt.stem, left, right, late, prompt.void, alike) }
  })
}

/** As a match report has them: by the code units of the prompt's stem. */
export const inOrder = <T extends { readonly name: string }>(duels: readonly T[]): T[] =>
  [...duels].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
