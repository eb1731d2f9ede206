// `serve-render`: a model in, its preview out. The original's routes beside one that takes either kind.

import { ByteSink } from '../media/byte-sink.ts'
import { MAX_MODEL_BYTES } from '../media/limits.ts'
import { kindByBytes, kindByName } from '../media/model-kind.ts'
import type { ModelKind, Renderer } from '../media/renderer.ts'
import type { Ticket } from './admission.ts'
import { ServiceProblem } from './problem.ts'
import { readBody } from './read-body.ts'
import { isForm, readForm } from './read-form.ts'
import { makeService, type Service, type ServiceContext, type ServiceOptions, wrongMethod } from './service.ts'

export interface RenderServiceOptions extends ServiceOptions {
  readonly renderer: Renderer
  /** Edge of a view where the request names none. */
  readonly size: number
  readonly maxFileBytes?: number
}

export function renderService({
  renderer,
  size,
  maxFileBytes = MAX_MODEL_BYTES,
  ...options
}: RenderServiceOptions): Service {
  const service = makeService(options)
  const { idleMs } = options

  const formFile = async ({ env }: ServiceContext, ticket: Ticket, signal: AbortSignal) => {
    const limits = { maxFileBytes, idleMs, hold: ticket.hold }
    const files = isForm(env.incoming) ? await readForm(env.incoming, ['file'], limits, signal) : undefined
    const file = files?.get('file')
    if (file === undefined) throw new ServiceProblem(422, 'no_file', 'a multipart form with a part `file` is needed')
    return file
  }

  const wholeBody = async ({ env }: ServiceContext, ticket: Ticket, signal: AbortSignal) => {
    const sink = new ByteSink(maxFileBytes)
    await readBody(env.incoming, { maxBytes: maxFileBytes, idleMs }, signal, (chunk) => {
      ticket.hold(chunk.length)
      sink.add(chunk)
    })
    return { name: '', bytes: sink.bytes() }
  }

  const draw = async (
    context: ServiceContext,
    ticket: Ticket,
    signal: AbortSignal,
    kind: ModelKind,
    bytes: Uint8Array,
  ) => {
    const edge = sizeOf(context, size)
    const rendering = await ticket.run(signal, () => renderer.render(kind, bytes, edge, signal))
    if (rendering.ok) {
      return context.body(Uint8Array.from(rendering.png), 200, {
        'content-type': 'image/png',
        'content-length': String(rendering.png.length),
        'x-renderer': renderer.id,
        'x-pixels-sha256': rendering.pixelsSha256,
      })
    }
    if (rendering.fault === 'file') throw new ServiceProblem(400, rendering.code, rendering.detail)
    throw new ServiceProblem(500, rendering.code, `Failed to render uploaded file: ${rendering.detail}`)
  }

  const drawOnly = (kind: ModelKind) =>
    service.work(async (context, ticket, signal) => {
      requireDevice(context)
      sizeOf(context, size)
      const { name, bytes } = await formFile(context, ticket, signal)
      if (kindByName(name) !== kind)
        throw new ServiceProblem(400, 'extension', `the file's name has to end with .${kind}`)
      return draw(context, ticket, signal, kind, bytes)
    })

  const drawEither = service.work(async (context, ticket, signal) => {
    sizeOf(context, size)
    const read = isForm(context.env.incoming) ? formFile : wholeBody
    const { name, bytes } = await read(context, ticket, signal)
    if (bytes.length === 0) throw new ServiceProblem(422, 'no_file', 'the body is empty: send a GLB or PLY file')
    const kind = kindByName(name) ?? kindByBytes(bytes)
    if (kind === undefined) throw new ServiceProblem(400, 'format', 'it is neither a GLB nor a PLY file')
    return draw(context, ticket, signal, kind, bytes)
  })

  for (const [path, handler] of [
    ['/render_glb', drawOnly('glb')],
    ['/render_ply', drawOnly('ply')],
    ['/render', drawEither],
  ] as const) {
    service.app.post(path, handler).all(path, wrongMethod('POST'))
  }
  return service
}

/** The renderer says which sizes there are. @throws ServiceProblem 422 for what is no number */
function sizeOf(context: ServiceContext, usual: number): number {
  const text = context.req.query('size')
  if (text === undefined) return usual
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new ServiceProblem(422, 'size', 'size has to be a whole number of pixels')
}

/** Of the original, whose splats were drawn on either. Here the pixels are the same, and so is the device. */
function requireDevice(context: ServiceContext): void {
  const device = context.req.query('device')
  if (device === undefined || device === 'cuda' || device === 'cpu') return
  throw new ServiceProblem(422, 'device', 'device has to be cuda or cpu')
}
