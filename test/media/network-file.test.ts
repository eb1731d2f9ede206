import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { networkAtPath, networkAtUrl, sha256OfNetwork } from '../../src/media/dinov3/network-file.ts'
import { temporaryFolder } from '../store/temporary.ts'

const root = temporaryFolder()
const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * i) % 251))
const digest = (of: Uint8Array) => createHash('sha256').update(of).digest('hex')
const sha256 = digest(bytes)

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections()
})

/** What it was asked for, as `path range`. */
async function serve(answer: RequestListener): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.range ?? 'all'}`)
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  servers.push(server)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/model.onnx`, asked }
}

/** As files are served: whole, or from a place on. */
const wellBehaved: RequestListener = (request, response) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
  if (from >= bytes.length) return response.writeHead(416).end()
  if (from === 0) return response.writeHead(200, { 'content-length': bytes.length }).end(bytes)
  const range = `bytes ${from}-${bytes.length - 1}/${bytes.length}`
  return response.writeHead(206, { 'content-range': range }).end(bytes.subarray(from))
}

describe('a network in a file', () => {
  it('is read when it is the one that was named', async () => {
    const path = join(root(), 'model.onnx')
    await writeFile(path, bytes)
    expect(await sha256OfNetwork(path)).toBe(sha256)
    expect(digest(await networkAtPath(path, sha256).read())).toBe(sha256)
    await expect(networkAtPath(path, 'a'.repeat(64)).read()).rejects.toMatchObject({
      code: 'refused',
      where: path,
      message: expect.stringContaining(sha256),
      hint: expect.stringContaining('a'.repeat(64)),
    })
  })

  it('has to be there', async () => {
    const path = join(root(), 'none.onnx')
    const missing = { code: 'not-found', where: path, hint: expect.stringContaining('image-distance.md') }
    await expect(networkAtPath(path, sha256).read()).rejects.toMatchObject(missing)
    await expect(sha256OfNetwork(path)).rejects.toMatchObject(missing)
  })
})

describe('a network at a URL', () => {
  let tests = 0
  beforeEach(() => {
    tests += 1
  })
  const cache = () => join(root(), `cache-${tests}`)

  it('is fetched once, and again when what was kept is damaged', async () => {
    const { url, asked } = await serve(wellBehaved)
    const network = networkAtUrl(url, sha256, cache())
    for (let i = 0; i < 2; i++) expect(digest(await network.read())).toBe(sha256)
    expect(asked).toEqual(['/model.onnx all'])
    expect(await readdir(cache())).toEqual([`${sha256}.onnx`])
    await writeFile(join(cache(), `${sha256}.onnx`), bytes.subarray(1))
    expect(digest(await network.read())).toBe(sha256)
    expect(asked).toHaveLength(2)
  })

  it('is gone on with after the connection broke', async () => {
    let broken = false
    const { url, asked } = await serve(async (request, response) => {
      if (broken) return wellBehaved(request, response)
      broken = true
      response.writeHead(200, { 'content-length': bytes.length })
      response.write(bytes.subarray(0, 100_000))
      // What a client has not taken yet is lost when the connection breaks.
      const partial = join(cache(), `${sha256}.onnx.partial`)
      while (!(await stat(partial).catch(() => undefined))?.size) await new Promise(setImmediate)
      response.destroy()
    })
    const network = networkAtUrl(url, sha256, cache())
    await expect(network.read()).rejects.toMatchObject({ code: 'unavailable', where: url })
    const kept = (await readFile(join(cache(), `${sha256}.onnx.partial`))).length
    expect(kept).toBeGreaterThan(0)
    expect(digest(await network.read())).toBe(sha256)
    expect(asked[1]).toBe(`/model.onnx bytes=${kept}-`)
    expect(await readdir(cache())).toEqual([`${sha256}.onnx`])
  })

  it.each<[string, Uint8Array, RequestListener]>([
    ['of another file', Buffer.alloc(100, 7), wellBehaved],
    ['that is too long', Buffer.alloc(300_001, 7), wellBehaved],
    ['that is complete', bytes, wellBehaved],
    ['at a host that knows no parts', bytes.subarray(0, 99), (_, response) => response.writeHead(200).end(bytes)],
  ])('copes with a beginning %s', async (_, beginning, answer) => {
    const { url } = await serve(answer)
    const network = networkAtUrl(url, sha256, cache())
    await mkdir(cache())
    await writeFile(join(cache(), `${sha256}.onnx.partial`), beginning)
    expect(digest(await network.read())).toBe(sha256)
  })

  it('may be fetched by several at once, who write to the same beginning', async () => {
    const { url } = await serve(async (request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      const range = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` }
      response.writeHead(from === 0 ? 200 : 206, from === 0 ? {} : range)
      for (let at = from; at < bytes.length; at += 20_000) {
        response.write(bytes.subarray(at, at + 20_000))
        await new Promise(setImmediate)
      }
      response.end()
    })
    const reads = Array.from({ length: 4 }, async (_, at) => {
      for (let turn = 0; turn < 20 * at; turn++) await new Promise(setImmediate)
      return digest(await networkAtUrl(url, sha256, cache()).read())
    })
    expect(await Promise.all(reads)).toEqual(reads.map(() => sha256))
    expect(await readdir(cache())).toEqual([`${sha256}.onnx`])
  })

  it('may be somewhere else, as hosts of models have it', async () => {
    const { url } = await serve((request, response) => {
      if (request.url === '/elsewhere') return wellBehaved(request, response)
      return response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect(digest(await networkAtUrl(url, sha256, cache()).read())).toBe(sha256)
  })

  it('is refused when it is another one, and nothing of it is kept', async () => {
    const { url } = await serve((_, response) => response.writeHead(200).end('another network'))
    await expect(networkAtUrl(url, sha256, cache()).read()).rejects.toMatchObject({
      code: 'refused',
      where: url,
      message: expect.stringContaining(digest(Buffer.from('another network'))),
      hint: expect.stringContaining(sha256),
    })
    expect(await readdir(cache())).toEqual([])
  })

  it.each<[string, RequestListener | undefined]>([
    ['nobody listens', undefined],
    ['its host says no', (_, response) => response.writeHead(403).end()],
    [
      'its host sends another part',
      (_, response) => response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('56789'),
    ],
  ])('is not to be had where %s, and the error says how to do without', async (_, answer) => {
    const url = answer === undefined ? 'http://127.0.0.1:9/model.onnx' : (await serve(answer)).url
    await expect(networkAtUrl(url, sha256, cache()).read()).rejects.toMatchObject({
      code: 'unavailable',
      where: url,
      hint: expect.stringContaining('`path`'),
    })
  })
})
