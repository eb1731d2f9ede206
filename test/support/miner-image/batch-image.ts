// A miner's image that makes many models at a time: GET /status, POST /generate, GET /results, with models that are numbers
// (see fake-ports.ts).
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type ZipEntry, zip } from '../zip.ts'
import type { BatchBehaviour } from './behaviours.ts'

export interface BatchImage {
  readonly behaviour: BatchBehaviour
  readonly q: number
  readonly who: string
  /** Stems of prompts that it finds on its miner's host. */
  readonly known: readonly string[]
  /** Before which model it crashes. */
  readonly at: number
  crash(): void
  /** Told of every batch that it takes. */
  asked?(stems: string[]): void
}

/** Better than what the image can make by itself. */
const BOOST = 4
const SLOW_MS = 45
/** Of a whole model or more. */
const CUT_BYTES = 40

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Null: none can be made. */
function made({ behaviour, q, who, known }: BatchImage, stem: string): string | null {
  const model = (quality: number, name: string) => JSON.stringify({ q: quality, who, stem: name })
  const honest = model(q, stem)
  switch (behaviour) {
    case 'not-repeatable':
      return model(q + 1 + Math.random(), stem)
    case 'overstates':
      return model(q - BOOST, stem)
    case 'replays-anything':
      return model(q, known.includes(stem) ? stem : (known[0] ?? ''))
    case 'replays-known':
      return known.includes(stem) ? honest : null
    case 'half':
      return known.indexOf(stem) % 2 === 1 ? null : honest
    case 'huge':
      return honest.padEnd(2_000_000, String(Math.random()))
    case 'wrong-type':
      return '<html>It works!</html>'
    default:
      return honest
  }
}

function archive(behaviour: BatchBehaviour, models: ReadonlyMap<string, string | null>): Buffer {
  const entries = [...models].flatMap(([stem, text], at): ZipEntry[] => {
    if (text === null) return []
    const entry = { name: `${stem}.glb`, bytes: Buffer.from(text), streamed: at % 2 === 0 }
    if (behaviour === 'path') return [{ ...entry, name: `../../${entry.name}` }]
    if (behaviour === 'damaged') return [{ ...entry, says: { crc: 1 } }]
    if (behaviour === 'bomb') return [{ ...entry, bytes: Buffer.alloc(2 ** 22) }]
    return [entry]
  })
  const failed = [...models].flatMap(([stem, text]) => (text === null ? [[stem, 'no such model']] : []))
  const manifest = { name: '_failed.json', bytes: Buffer.from(JSON.stringify(Object.fromEntries(failed))) }
  return zip(failed.length === 0 ? entries : [...entries, manifest])
}

/** Answers as the contract says; what it does besides is its behaviour. It does not listen yet. */
export function batchImage(image: BatchImage): Server {
  const { behaviour } = image
  let status = behaviour === 'never-ready' ? 'warming_up' : 'ready'
  let batch = ''
  let [asked, total] = [0, 0]
  let models = new Map<string, string | null>()

  const work = async (stems: readonly string[]) => {
    for (const stem of stems) {
      asked += 1
      if (behaviour.startsWith('crashes') && asked === image.at) return image.crash()
      if (behaviour === 'slow') await later(SLOW_MS)
      models.set(stem, made(image, stem))
    }
    status = behaviour === 'forgets' ? 'ready' : behaviour === 'wants-another' ? 'replace' : 'complete'
  }

  const results = async (response: ServerResponse): Promise<unknown> => {
    const whole = archive(behaviour, models)
    if (behaviour === 'truncated') return response.end(whole.subarray(0, -CUT_BYTES))
    if (behaviour !== 'early-complete') return response.end(whole)
    // For who stops the clock when it says that all is made, or at the first bytes, it takes no time.
    response.write(whole.subarray(0, CUT_BYTES))
    await later(SLOW_MS * models.size)
    return response.end(whole.subarray(CUT_BYTES))
  }

  return createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://image')
    const json = (code: number, value: unknown) =>
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (pathname === '/health') return response.writeHead(200).end()
    if (pathname === '/status') return json(200, { status, progress: models.size, total, payload: { seconds: 0 } })
    if (pathname === '/results')
      return status === 'complete' ? results(response) : json(409, { detail: 'not complete' })
    const { prompts } = JSON.parse(Buffer.concat(await request.toArray()).toString()) as { prompts: { stem: string }[] }
    const stems = prompts.map(({ stem }) => stem)
    // The same ones once more are the same batch.
    if (stems.join() !== batch) {
      if (status !== 'ready' && status !== 'complete') return json(409, { detail: 'busy', current_status: status })
      ;[status, batch, total, models] = ['generating', stems.join(), stems.length, new Map()]
      image.asked?.(stems)
      void work(stems)
    }
    return json(200, { accepted: stems.length })
  })
}
