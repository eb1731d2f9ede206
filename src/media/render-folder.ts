// Every model of a folder drawn into another folder. What is finished is not drawn again; one that fails holds up no other.
import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import pLimit from 'p-limit'
import { isError, RoundkeeperError } from '../errors.ts'
import { MAX_MODEL_BYTES } from './limits.ts'
import { readModelFile } from './model-file.ts'
import { kindByName } from './model-kind.ts'
import { type LedgerEntry, PreviewLedger } from './preview-ledger.ts'
import { previewNames } from './preview-names.ts'
import type { Renderer } from './renderer.ts'
import { writeWhole } from './write-whole.ts'

export interface RenderFolderOptions {
  readonly dataDir: string
  readonly outputDir: string
  readonly renderer: Renderer
  readonly size: number
  /** Models at a time. */
  readonly concurrency: number
  readonly signal: AbortSignal
  readonly progress?: (progress: FolderProgress) => void
}

export interface FolderProgress {
  readonly done: number
  readonly of: number
  readonly outcome: Outcome
}

export type Outcome =
  | { readonly model: string; readonly preview: string; readonly state: 'rendered' | 'unchanged' }
  | {
      readonly model: string
      readonly preview: string
      readonly state: 'failed'
      readonly fault: 'file' | 'infrastructure'
      readonly code: string
      readonly detail: string
    }

/** @returns in the order of the original: `.ply` first, by name @throws `not-found`, `usage`, `aborted` */
export async function renderFolder(options: RenderFolderOptions): Promise<Outcome[]> {
  const { dataDir, outputDir, concurrency, signal, progress } = options
  const names = previewNames(await modelsIn(dataDir))
  const ledger = await openLedger(outputDir)
  const limit = pLimit(concurrency)
  let done = 0
  return Promise.all(
    [...names].map(([model, preview]) =>
      limit(async () => {
        if (signal.aborted) throw new RoundkeeperError('aborted', 'stopped while drawing', { cause: signal.reason })
        const outcome = await renderOne(options, ledger, model, preview)
        progress?.({ done: ++done, of: names.size, outcome })
        return outcome
      }),
    ),
  )
}

async function modelsIn(dir: string): Promise<string[]> {
  const entries = await readdir(dir).catch((cause: unknown) => {
    throw new RoundkeeperError('not-found', `there is no folder ${dir}`, {
      where: '--data-dir',
      hint: 'Name the folder that holds the models.',
      cause,
    })
  })
  const models = entries.filter((name) => kindByName(name) !== undefined).sort()
  const found: string[] = []
  for (const kind of ['ply', 'glb'] as const) {
    for (const name of models.filter((model) => kindByName(model) === kind)) {
      if ((await stat(join(dir, name)).catch(() => undefined))?.isFile()) found.push(name)
    }
  }
  return found
}

async function openLedger(dir: string): Promise<PreviewLedger> {
  return PreviewLedger.open(dir).catch((cause: unknown) => {
    throw new RoundkeeperError('usage', `nothing can be written to ${dir}`, {
      where: '--output-dir',
      hint: 'Name a folder that you may write to.',
      cause,
    })
  })
}

async function renderOne(
  { dataDir, outputDir, renderer, size, signal }: RenderFolderOptions,
  ledger: PreviewLedger,
  model: string,
  preview: string,
): Promise<Outcome> {
  const file = await readModelFile(join(dataDir, model)).catch((error: unknown) => {
    if (isError(error, 'not-found')) return error
    throw error
  })
  if (isError(file)) {
    return { model, preview, state: 'failed', fault: 'infrastructure', code: 'unreadable', detail: file.message }
  }
  const { bytes } = file
  const kind = kindByName(model)
  if (bytes === undefined || kind === undefined) {
    const detail = `at most ${MAX_MODEL_BYTES} bytes are taken`
    return { model, preview, state: 'failed', fault: 'file', code: 'limit', detail }
  }
  const made = { preview, model, model_sha256: sha256(bytes), renderer: renderer.id, size }
  if (await isFinished(join(outputDir, preview), ledger.find(preview), made))
    return { model, preview, state: 'unchanged' }
  const rendering = await renderer.render(kind, bytes, size, signal)
  if (!rendering.ok) {
    const { fault, code, detail } = rendering
    return { model, preview, state: 'failed', fault, code, detail }
  }
  await writeWhole(join(outputDir, preview), rendering.png)
  await ledger.add({ ...made, png_sha256: sha256(rendering.png), pixels_sha256: rendering.pixelsSha256 })
  return { model, preview, state: 'rendered' }
}

type Made = Omit<LedgerEntry, 'png_sha256' | 'pixels_sha256'>

/** Whether that very preview is there, of that very model. */
async function isFinished(path: string, entry: LedgerEntry | undefined, made: Made): Promise<boolean> {
  if (entry === undefined) return false
  const same = (['model', 'model_sha256', 'renderer', 'size'] as const).every((field) => entry[field] === made[field])
  if (!same) return false
  const png = await readFile(path).catch(() => undefined)
  return png !== undefined && sha256(png) === entry.png_sha256
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
