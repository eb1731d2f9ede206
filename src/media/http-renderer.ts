// Previews by a render service: `roundkeeper serve-render`, or the original's. Another machine's pixels, so that nobody
// compares them bit by bit.
import { isError } from '../errors.ts'
import { requireSize } from './cpu-renderer.ts'
import { decodeImage, ImageProblem } from './decode-image.ts'
import { formBody } from './form-body.ts'
import { MAX_IMAGE_BYTES, MAX_IMAGE_PIXELS } from './limits.ts'
import { pixelsOf } from './pixels-of.ts'
import { GAP } from './preview.ts'
import type { ModelKind, Renderer, Rendering } from './renderer.ts'
import { detailOf, jsonOf, ServiceClient, type ServiceClientOptions } from './service-client.ts'

export interface HttpRendererOptions extends ServiceClientOptions {
  /** Which service in which version it is, for the record. */
  readonly id?: string
}

/** The only size that the original draws, and which it is not told. */
const ORIGINAL_SIZE = 518

export class HttpRenderer implements Renderer {
  readonly id: string
  readonly deterministic = false
  readonly #client: ServiceClient

  /** @throws `usage` */
  constructor({ id = 'http-preview/1', ...options }: HttpRendererOptions) {
    this.id = id
    this.#client = new ServiceClient(options)
  }

  /** @throws `usage` for a size that is no size, `aborted` */
  async render(kind: ModelKind, bytes: Uint8Array, size: number, signal: AbortSignal): Promise<Rendering> {
    requireSize(size)
    const file = { name: `model.${kind}`, type: 'application/octet-stream' }
    const form = formBody([{ name: 'file', value: bytes, file }])
    const query = size === ORIGINAL_SIZE ? '' : `?size=${size}`
    const answer = await this.#client.post(`/render_${kind}${query}`, form, MAX_IMAGE_BYTES, signal)
    if (!answer.ok) return ours(answer.code, answer.detail)
    if (answer.status === 200) return preview(answer.bytes, size)
    const refused = answer.status === 400 || answer.status === 413
    // Only an answer in the service's own form blames the file; a proxy's does not.
    if (refused && jsonOf(answer.bytes)?.detail !== undefined) return refusal(answer.status, answer.bytes)
    return ours('unexpected', `HTTP ${answer.status}: ${detailOf(answer.bytes)}`)
  }
}

function refusal(status: number, bytes: Uint8Array): Rendering {
  const code = jsonOf(bytes)?.code
  const named = typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? code : 'refused'
  return { ok: false, fault: 'file', code: status === 413 ? 'limit' : named, detail: detailOf(bytes) }
}

/** What is no picture of the size that was asked for is nobody's preview. */
async function preview(png: Uint8Array, size: number): Promise<Rendering> {
  try {
    const edge = 2 * size + GAP
    const { width, height } = await decodeImage(png, MAX_IMAGE_PIXELS)
    if (width !== edge || height !== edge) {
      return ours('unexpected', `a picture of ${width}×${height} instead of ${edge}×${edge} pixels`)
    }
    return { ok: true, png, width, height, pixelsSha256: await pixelsOf(png) }
  } catch (error) {
    if (error instanceof ImageProblem || isError(error, 'refused')) return ours('unexpected', error.message)
    throw error
  }
}

const ours = (code: string, detail: string): Rendering => ({ ok: false, fault: 'infrastructure', code, detail })
