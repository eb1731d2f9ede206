import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findDocument, readDocument } from '../../src/miner/documents.ts'
import { DEFAULT_COMPETITION, httpDocuments, rawBase } from '../../src/miner/http-documents.ts'
import { files } from '../../src/state/index.ts'
import { type HttpTestServer, startHttpServer } from '../support/file-server.ts'

describe('the address of a competition', () => {
  it.each([
    [DEFAULT_COMPETITION, DEFAULT_COMPETITION],
    ['https://github.com/404-Repo/404-active-competition', DEFAULT_COMPETITION],
    ['https://github.com/404-Repo/404-active-competition.git', DEFAULT_COMPETITION],
    ['https://www.github.com/404-Repo/404-active-competition/', DEFAULT_COMPETITION],
    ['https://github.com/o/r/tree/next', 'https://raw.githubusercontent.com/o/r/next'],
    ['http://127.0.0.1:8080/base///', 'http://127.0.0.1:8080/base'],
    ['https://example.com/github.com/o/r', 'https://example.com/github.com/o/r'],
  ])('%s is read from %s', (address, base) => expect(rawBase(address)).toBe(base))

  it.each(['github.com/o/r', 'ssh://git@github.com/o/r', 'https://example.com/?x=1', ''])('%j is none', (address) =>
    expect(() => rawBase(address)).toThrow('not the address of a competition'),
  )
})

describe('documents over HTTP', () => {
  let server: HttpTestServer
  const state = files.state.serialise({ current_round: 4, stage: 'duels', next_stage_eta: null })
  beforeAll(async () => {
    server = await startHttpServer(({ url = '' }, response) => {
      if (url === '/state.json') response.end(state)
      else if (url.startsWith('/late/')) return
      else if (url.startsWith('/slow/')) response.write('{')
      else if (url.startsWith('/moved/')) response.writeHead(302, { location: '/state.json' }).end()
      else if (url.startsWith('/ill/')) response.writeHead(503).end('no')
      else if (url.startsWith('/broken/')) response.end('{"current_round":')
      else if (url.startsWith('/odd/')) response.end('{"current_round": "four", "stage": "open"}')
      else if (url.startsWith('/bytes/')) response.end(Buffer.from([0xff, 0xfe]))
      else if (url.startsWith('/huge/')) response.end('x'.repeat(200))
      else response.writeHead(404).end()
    })
  })
  afterAll(() => server[Symbol.asyncDispose]())
  const from = (folder: string) => httpDocuments(`${server.url}${folder}`, { timeoutMs: 300, maxBytes: 100 })

  it('are read as they are in the repository', async () => {
    expect(await readDocument(from(''), files.state)).toMatchObject({ current_round: 4, stage: 'duels' })
    expect(await findDocument(from(''), files.seed, 4)).toBeUndefined()
    await expect(readDocument(from(''), files.seed, 4)).rejects.toMatchObject({
      code: 'not-found',
      message: `Failed to fetch seed.json from ${server.url}/rounds/4/seed.json: not published`,
    })
  })

  it.each([
    ['/late', 'no answer within 0.3 s'],
    ['/slow', 'no answer within 0.3 s'],
    ['/moved', 'HTTP 302'],
    ['/ill', 'HTTP 503'],
    ['/bytes', 'not UTF-8'],
    ['/huge', 'more than 100 bytes'],
  ])('of %s fail in the words of the miners’ tools', async (folder, cause) => {
    await expect(readDocument(from(folder), files.state)).rejects.toMatchObject({
      code: 'unavailable',
      message: `Failed to fetch state.json from ${server.url}${folder}/state.json: ${cause}`,
    })
  })

  it('that are not what they should be say where', async () => {
    for (const folder of ['/broken', '/odd']) {
      await expect(readDocument(from(folder), files.state)).rejects.toMatchObject({ code: 'state-file' })
    }
    await expect(readDocument(httpDocuments('http://127.0.0.1:1'), files.state)).rejects.toThrow(
      /^Failed to fetch state.json from http:\/\/127.0.0.1:1\/state.json: .*ECONNREFUSED/,
    )
  })
})
