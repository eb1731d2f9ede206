// A miner's image as a process: node image.ts BEHAVIOUR --q 5 [--at N], with PORT in its environment. It answers as the
// miner contract says, with models that are numbers (see fake-ports.ts); what it does besides is its behaviour.
import { readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import { parseArgs } from 'node:util'
import { type Behaviour, behaviours } from './behaviours.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    q: { type: 'string', default: '1' },
    at: { type: 'string', default: '17' },
    who: { type: 'string', default: '' },
  },
})
const behaviour = positionals[0] as Behaviour
if (!behaviours.includes(behaviour)) throw new Error(`no behaviour ${behaviour}`)
const who = values.who
/** Better than what the image can make by itself. */
const BOOST = 4
const SLOW_MS = 250
let asked = 0

const model = (q: number, stem: string) => JSON.stringify({ q, who, stem })
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
/** Stems of prompts that it finds on its miner's host. */
const known = () => readFileSync('known.txt', 'utf8').split('\n')

async function answer(stem: string, response: ServerResponse): Promise<unknown> {
  const q = Number(values.q)
  const honest = model(q, stem)
  asked += 1
  switch (behaviour) {
    case 'honest':
      return response.end(honest)
    case 'never-ready':
    case 'slow':
      await later(SLOW_MS)
      return response.end(honest)
    case 'early-headers':
      // The headers at once, and the body when it is done: for who stops the clock at the headers it takes no time.
      response.write(honest.slice(0, 1))
      await later(SLOW_MS)
      return response.end(honest.slice(1))
    case 'not-repeatable':
      return response.end(model(q + 1 + Math.random(), stem))
    case 'replays-anything': {
      const [first = ''] = known()
      return response.end(model(q, known().includes(stem) ? stem : first))
    }
    case 'replays-known':
      if (known().includes(stem)) return response.end(honest)
      return response.writeHead(500).end('no such model')
    case 'overstates':
      return response.end(model(q - BOOST, stem))
    case 'crashes':
      if (asked === Number(values.at)) process.exit(1)
      return response.end(honest)
    case 'hangs':
      return
    case 'huge':
      return response.end(honest.padEnd(200_000))
    case 'wrong-type':
      return response.writeHead(200, { 'content-type': 'model/gltf-binary' }).end('<html>It works!</html>')
  }
}

createServer(async (request, response) => {
  if (request.url === '/health') return response.writeHead(behaviour === 'never-ready' ? 503 : 200).end()
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(Buffer.concat(await request.toArray()), { headers }).formData()
  const { prompt } = JSON.parse(await (form.get('prompt_image_file') as File).text()) as { prompt: string }
  const [stem = ''] = /[^/]+(?=\.\w+$)/.exec(prompt) ?? []
  await answer(stem, response)
}).listen(Number(process.env.PORT), '127.0.0.1')
