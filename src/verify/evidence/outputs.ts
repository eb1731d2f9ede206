/** One recorded output against the bytes that it names: model, preview, distance. */
import { isError } from '../../errors.ts'
import type { ModelKind, Renderer, Rendering } from '../../media/renderer.ts'
import type { Output } from '../../state/outputs.ts'
import { factOf } from './facts.ts'
import { type Kit, MAX_MODEL_BYTES, MAX_PICTURE_BYTES } from './kit.ts'
import { comesOutAgain, looksTheSame, measure } from './measure.ts'
import { modelOf, type NamedObject, previewOf, triesOf } from './named.ts'
import type { Problem } from './problem.ts'

export interface OutputQuestion {
  readonly stem: string
  readonly output: Output
  /** What was submitted for the prompt, where this is what an audit made of it. */
  readonly submitted: Output | undefined
  readonly artifact: ModelKind
  /** Edge of one view in pixels. */
  readonly previewSize: number
  /** Whether splats are to be drawn as the original draws them. */
  readonly compat: boolean
  readonly maxModelBytes: number
}

export const objectsOf = ({ stem, output, artifact }: OutputQuestion): NamedObject[] =>
  [modelOf(stem, output, artifact), previewOf(stem, output), ...triesOf(stem, output, artifact)].filter(
    (each) => each !== undefined,
  )

export async function examineOutput(kit: Kit, question: OutputQuestion): Promise<Problem[]> {
  const { output, submitted, artifact, previewSize, compat } = question
  const { facts, ports, previews, distances } = kit
  const renderer = compat ? ports.renderer.asOriginal?.() : ports.renderer
  const draws = output.glb_sha256 !== undefined && renderer !== undefined && output.renderer === renderer.id
  const measures = wasMeasured(question) && output.measure === ports.distance.id
  if (output.glb_sha256 !== undefined) previews.recorded += 1
  if (output.glb_sha256 !== undefined && !draws) previews.believed += 1
  if (wasMeasured(question)) distances.recorded += 1
  if (wasMeasured(question) && !measures) distances.believed += 1

  const tools = { store: ports.source.id, renderer: renderer?.id ?? null, distance: ports.distance.id }
  const fact = factOf({ output, against: submitted?.png_sha256 ?? null, artifact, previewSize, tools })
  if (facts.has(fact)) {
    for (const each of objectsOf(question)) kit.objects.know(each)
    if (draws) count(previews, true)
    if (measures) count(distances, true)
    return []
  }
  const problems = await lookAt(kit, question, draws ? renderer : undefined, measures)
  if (problems.length === 0) await facts.add(fact)
  return problems
}

/** Only what was regenerated for an audit has a distance. */
const wasMeasured = ({ output, submitted }: OutputQuestion) =>
  output.png_sha256 !== undefined && submitted?.png_sha256 !== undefined

/** @param renderer that has to draw it as it is on record; undefined where there is none */
async function lookAt(
  kit: Kit,
  question: OutputQuestion,
  renderer: Renderer | undefined,
  measures: boolean,
): Promise<Problem[]> {
  const { stem, output, artifact } = question
  const problems: Problem[] = []
  const maxModelBytes = Math.min(question.maxModelBytes, MAX_MODEL_BYTES)
  const model = await bytesOf(kit, modelOf(stem, output, artifact), maxModelBytes, problems)
  const preview = await bytesOf(kit, previewOf(stem, output), MAX_PICTURE_BYTES, problems)
  for (const each of triesOf(stem, output, artifact)) await bytesOf(kit, each, maxModelBytes, problems)
  if (model !== undefined && output.size !== model.length) {
    const text = `the model of ${stem} has ${model.length} bytes, not ${output.size}`
    problems.push({ code: 'evidence/size', text })
  }
  if (renderer !== undefined && model !== undefined)
    problems.push(...(await drawAgain(kit, question, renderer, model, preview)))
  if (measures && preview !== undefined) problems.push(...(await measureAgain(kit, question, preview)))
  return problems
}

async function bytesOf(
  { objects }: Kit,
  named: NamedObject | undefined,
  maxBytes: number,
  problems: Problem[],
): Promise<Uint8Array | undefined> {
  if (named === undefined) return undefined
  const held = await objects.read(named, maxBytes)
  if ('bytes' in held) return held.bytes
  problems.push(held.problem)
  return undefined
}

async function drawAgain(
  kit: Kit,
  question: OutputQuestion,
  renderer: Renderer,
  model: Uint8Array,
  preview: Uint8Array | undefined,
): Promise<Problem[]> {
  const { ports, signal, previews } = kit
  const { stem, output, artifact, previewSize } = question
  const drawn = await renderer.render(artifact, model, previewSize, signal)
  if (!drawn.ok && drawn.fault === 'infrastructure')
    return [{ code: 'evidence/unfetched', text: `the model of ${stem} could not be drawn here: ${drawn.detail}` }]
  const shown = preview === undefined ? undefined : await pixelsIn(ports.pixelsOf, preview)
  const compared =
    drawn.ok && preview !== undefined && !renderer.deterministic && output.png_sha256 !== undefined
      ? await lookAlike(kit, question, shown, preview, drawn.png)
      : { wrong: unlike(stem, output, drawn, shown) }
  if ('problem' in compared) return [compared.problem]
  const { wrong } = compared
  count(previews, wrong === undefined)
  return wrong === undefined ? [] : [{ code: 'evidence/preview', text: wrong }]
}

type Compared = { readonly wrong: string | undefined } | { readonly problem: Problem }

/** For a renderer whose pixels nobody can repeat: what it draws has to look like what is on record. */
async function lookAlike(
  kit: Kit,
  { stem, output }: OutputQuestion,
  shown: string | null | undefined,
  preview: Uint8Array,
  drawn: Uint8Array,
): Promise<Compared> {
  if (shown === null) return { wrong: `the preview of ${stem} is no picture` }
  if (output.pixels_sha256 !== undefined && output.pixels_sha256 !== shown)
    return { wrong: `the recorded pixels of ${stem} are not those of its preview` }
  const measured = await measure(kit, preview, drawn, `how far the model of ${stem} is from its preview`)
  if ('problem' in measured) return measured
  const { distance } = measured
  if (distance === undefined) return { wrong: `the preview of ${stem} is no picture` }
  return { wrong: looksTheSame(distance) ? undefined : `the model of ${stem} looks otherwise, ${distance} away` }
}

/** @param shown pixels of the recorded picture; null when it is none; undefined when it is not at hand */
function unlike(stem: string, output: Output, drawn: Rendering, shown: string | null | undefined): string | undefined {
  const recorded = output.png_sha256 !== undefined
  if (!drawn.ok) return recorded ? `the model of ${stem} cannot be drawn at all (${drawn.code})` : undefined
  if (!recorded) return `the model of ${stem} can be drawn, and is recorded as one that cannot`
  if (shown === null) return `the preview of ${stem} is no picture`
  if (output.pixels_sha256 !== undefined && output.pixels_sha256 !== drawn.pixelsSha256)
    return `the recorded pixels of ${stem} are not those that its model is drawn with`
  if (shown !== undefined && shown !== drawn.pixelsSha256) return `the preview of ${stem} shows something else`
  return undefined
}

async function pixelsIn(pixelsOf: (png: Uint8Array) => Promise<string>, png: Uint8Array): Promise<string | null> {
  try {
    return await pixelsOf(png)
  } catch (error) {
    if (isError(error, 'refused')) return null
    throw error
  }
}

async function measureAgain(
  kit: Kit,
  { stem, output, submitted }: OutputQuestion,
  preview: Uint8Array,
): Promise<Problem[]> {
  const named = previewOf(stem, submitted as Output) as NamedObject
  const other = await kit.objects.read(named, MAX_PICTURE_BYTES)
  if ('problem' in other) return [other.problem]
  const same = submitted?.png_sha256 === output.png_sha256
  const measured = same ? { distance: 0 } : await measure(kit, other.bytes, preview, `the distance of ${stem}`)
  if ('problem' in measured) return [measured.problem]
  const { distance } = measured
  const equal = comesOutAgain(kit, output.distance, distance)
  count(kit.distances, equal)
  if (equal) return []
  const text = `${stem} was recorded at ${output.distance}, and is at ${distance ?? 'no distance at all'}`
  return [{ code: 'evidence/distance', text }]
}

function count(tally: { checked: number; equal: number }, equal: boolean): void {
  tally.checked += 1
  if (equal) tally.equal += 1
}
