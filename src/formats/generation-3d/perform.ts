/**
 * Work that a tick asked other machines for, done by the code that the tick itself would run: what it makes lies in the
 * store, under the key of what it was made of. Renderer, judge and measure have to be the ones that were asked for.
 */
import { z } from 'zod'
import type { FairShare } from '../../engine/fair-share.ts'
import type { Context } from '../../engine/owner.ts'
import type { Task } from '../../engine/work-pool.ts'
import { RoundkeeperError } from '../../errors.ts'
import { requireContent } from '../../store/content.ts'
import { askOnce } from './ask.ts'
import { distanceOf } from './attempts.ts'
import { fetchAll } from './gather-downloads.ts'
import { OwnNetwork } from './own-network.ts'
import type { Ports } from './ports.ts'
import { recordModel } from './preview.ts'
import { promptImage } from './prompts.ts'
import { rendererOf } from './renderer-of.ts'

/** What other machines can do, most urgent first: what others wait for, and then what takes longest. */
export const PERFORMED = ['download', 'preview', 'duel', 'distance'] as const

/** More than a round asks for at once is no work of ours. */
const MAX_FILES = 2_000

const text = z.string().max(2_048)
const hex = z.string().regex(/^[0-9a-f]{64}$/)
const artifact = z.enum(['glb', 'ply'])
const anew = z.strictObject({ of: text, round: z.int().min(0), attempt: z.int().min(2) }).optional()
const addresses = z.record(text, text).refine((each) => Object.keys(each).length <= MAX_FILES, 'too many files')

const inputs = {
  download: z.strictObject({
    ...{ competition: text, round: z.int().min(0), hotkey: text, again: anew },
    ...{ files: addresses, prompts: addresses },
    settings: z.strictObject({ artifact, max_model_bytes: z.int().min(1), plain_http: z.boolean() }),
  }),
  preview: z.strictObject({
    ...{ model: hex, kind: artifact, renderer: text, again: anew },
    ...{ size: z.int().min(1).max(4_096), as_original: z.boolean() },
  }),
  duel: z.strictObject({
    judge: text,
    asked: z.strictObject({ seed: z.int(), retest: z.int().optional(), again: anew }),
    prompt: z.strictObject({ name: text, url: text }),
    ...{ left: sideSchema(), right: sideSchema() },
    retry: z.int().min(1).optional(),
  }),
  distance: z.strictObject({ measure: text, a: hex, b: hex, again: anew }),
}

type Hands = Pick<Context, 'clock' | 'pool' | 'signal'>

/** @throws `refused` for what is not done here, which another machine may do; `unavailable` when it cannot be done now */
export async function perform(ports: Ports, share: FairShare, { kind, input }: Task, hands: Hands): Promise<void> {
  if (kind === 'download') return download(ports, share, parsed(inputs.download, input), hands)
  if (kind === 'preview') return preview(ports, parsed(inputs.preview, input), hands)
  if (kind === 'duel') return duel(ports, parsed(inputs.duel, input), hands)
  if (kind === 'distance') return distance(ports, parsed(inputs.distance, input), hands)
  throw refused(`nobody here knows what ${JSON.stringify(kind).slice(0, 40)} is`)
}

/** Once each: whoever asked knows for how long failures are tried again, and does that. */
async function download(
  ports: Ports,
  share: FairShare,
  { files, prompts, settings, again, ...key }: z.infer<typeof inputs.download>,
  hands: Hands,
): Promise<void> {
  const hunt = {
    key: { ...key, ...(again && { again }) },
    files: Object.entries(files).map(([stem, url]) => ({ url, prompt: { stem, url: prompts[stem] ?? '' } })),
    settings,
    until: new Date(0),
    network: new OwnNetwork(ports.downloader, hands.signal),
  }
  await fetchAll(ports, share, hunt, hands, () => undefined)
}

async function preview(
  ports: Ports,
  { model, kind, renderer, size, as_original, again }: z.infer<typeof inputs.preview>,
  hands: Hands,
): Promise<void> {
  const settings = { artifact: kind, preview_size: size, preview_compat: as_original }
  mustBe('the renderer', rendererOf(ports.renderer, settings).id, renderer)
  const load = () => requireContent(ports.store, model, kind)
  await recordModel(ports, settings, { sha256: model, size: 0, load }, again ? { again } : {}, hands)
}

async function duel(
  { secondJudge, ...ports }: Ports,
  { judge, asked, prompt, left, right, retry }: z.infer<typeof inputs.duel>,
  hands: Hands,
): Promise<void> {
  const known = [ports.judge, secondJudge].find((candidate) => candidate?.id === judge)
  mustBe('the judge', known?.id ?? ports.judge.id, judge)
  const image = await promptImage(ports, { stem: prompt.name, url: prompt.url }, hands.signal)
  const sideOf = async ({ png_sha256, ...side }: typeof left) => ({
    ...side,
    png: await requireContent(ports.store, png_sha256, 'png'),
  })
  const question = {
    seed: asked.seed,
    prompt: { ...prompt, image },
    left: await sideOf(left),
    right: await sideOf(right),
  }
  const asking = { ...ports, judge: known ?? ports.judge }
  await askOnce(asking, asked, retry === undefined ? question : { ...question, retry }, hands)
}

async function distance(
  ports: Ports,
  { measure, a, b, again }: z.infer<typeof inputs.distance>,
  hands: Hands,
): Promise<void> {
  mustBe('the image distance', ports.distance.id, measure)
  await distanceOf(ports, again ? { again } : {}, a, b, hands)
}

function sideSchema() {
  return z.strictObject({ modelSha256: text, modelUrl: text, pngUrl: text.optional(), png_sha256: hex })
}

function parsed<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw refused(`it does not say what is to be done: ${issue?.path.join('.')}: ${issue?.message}`)
}

function mustBe(what: string, here: string, asked: string): void {
  if (here !== asked) throw refused(`${what} here is ${here}, and ${asked.slice(0, 100)} was asked for`)
}

const refused = (why: string) =>
  new RoundkeeperError('refused', why, {
    hint: 'Let all machines run the same version, with the same roundkeeper.json; until then whoever asked does it.',
  })
