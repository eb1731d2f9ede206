// A miner's image, run by itself: node generator.ts --quality '{"rows":20,…}' --format glb, with PORT in its environment.
// GET /health answers 200; POST /generate, a form with prompt_image_file and seed, answers with a model.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'
import { generate } from './generate.ts'
import { parseQuality } from './quality.ts'

const MAX_FORM_BYTES = 16 * 2 ** 20
const MAX_SEED = 2 ** 32 - 1

const { values } = parseArgs({ options: { quality: { type: 'string' }, format: { type: 'string' } } })
const kind = values.format === 'ply' ? 'ply' : 'glb'
const quality = parseQuality(values.quality ?? '')

class BadRequest extends Error {}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method === 'GET' && request.url === '/health') return void response.end('ok')
  if (request.method !== 'POST' || request.url !== '/generate') return void response.writeHead(404).end('not found')
  const { image, seed } = await readForm(request)
  const model = await generate(image, seed, quality, kind)
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': model.length }).end(model)
}

async function readForm(request: IncomingMessage): Promise<{ image: Uint8Array; seed: number }> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(await readBody(request), { headers }).formData().catch(() => {
    throw new BadRequest('the body is not a form')
  })
  const file = form.get('prompt_image_file')
  const seed = form.get('seed')
  if (!(file instanceof File)) throw new BadRequest('there is no file prompt_image_file')
  if (typeof seed !== 'string' || !/^\d{1,10}$/.test(seed) || Number(seed) > MAX_SEED) {
    throw new BadRequest('seed is not a number of 32 bits')
  }
  return { image: await file.bytes(), seed: Number(seed) }
}

async function readBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_FORM_BYTES) throw new BadRequest(`the form is larger than ${MAX_FORM_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

createServer((request, response) => {
  answer(request, response).catch((error: Error) => {
    const status = error instanceof BadRequest || error.name === 'ImageProblem' ? 400 : 500
    response.writeHead(status, { connection: 'close' }).end(error.message)
  })
}).listen(Number(process.env.PORT ?? 10006), '127.0.0.1')
