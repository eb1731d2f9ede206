// Would this file be taken? Asked of the same renderer that a competition asks, so that the answer is the same.
import { createHash } from 'node:crypto'
import { guideOf } from './file-fault-guide.ts'
import { MAX_MODEL_BYTES } from './limits.ts'
import { countsOf, type ModelCounts } from './model-counts.ts'
import { type ModelFile, readModelFile } from './model-file.ts'
import { kindByBytes, kindByName } from './model-kind.ts'
import type { ModelKind, Renderer } from './renderer.ts'

export type Check = {
  readonly file: string
  readonly kind: ModelKind | null
  readonly bytes: number
} & (
  | {
      readonly ok: true
      readonly sha256: string
      readonly pixels_sha256: string
      readonly renderer: string
      readonly counts: ModelCounts | null
    }
  | {
      readonly ok: false
      /** `infrastructure`: nothing was found out about the file. */
      readonly fault: 'file' | 'infrastructure'
      readonly code: string
      readonly detail: string
      readonly meaning: string | null
      readonly remedy: string | null
    }
)

/** @param size edge of a view: what drawing costs depends on it @throws `not-found`, `usage`, `aborted` */
export async function checkFile(path: string, renderer: Renderer, size: number, signal: AbortSignal): Promise<Check> {
  const file = await readModelFile(path)
  const kind = kindByName(path) ?? (file.bytes === undefined ? undefined : kindByBytes(file.bytes)) ?? null
  const about = { file: path, kind, bytes: file.size }
  if (file.bytes === undefined) return { ...about, ...refusal('limit', tooLarge(file)) }
  if (kind === null) return { ...about, ...refusal('format', 'it is neither a GLB nor a PLY file') }
  const rendering = await renderer.render(kind, file.bytes, size, signal)
  if (!rendering.ok) return { ...about, ...refusal(rendering.code, rendering.detail, rendering.fault) }
  return {
    ...about,
    ok: true,
    sha256: createHash('sha256').update(file.bytes).digest('hex'),
    pixels_sha256: rendering.pixelsSha256,
    renderer: renderer.id,
    counts: (await countsOf(kind, file.bytes)) ?? null,
  }
}

const tooLarge = ({ size }: ModelFile) => `${size} bytes, at most ${MAX_MODEL_BYTES} are taken`

function refusal(code: string, detail: string, fault: 'file' | 'infrastructure' = 'file') {
  const guide = fault === 'file' ? guideOf(code) : undefined
  return { ok: false, fault, code, detail, meaning: guide?.meaning ?? null, remedy: guide?.remedy ?? null } as const
}
