import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import type { DownloadResult } from '../../src/media/download.ts'
import { transferFault } from '../../src/media/download-fault.ts'
import { HttpDownloader } from '../../src/media/http-downloader.ts'
import { isNamesFault } from '../../src/media/public-address.ts'

const never = new AbortController().signal
const limits = { maxBytes: 1_000, timeoutMs: 5_000 }
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const server of open.splice(0)) server.close()
})

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push({
    close: () => {
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
    },
  })
  return (server.address() as AddressInfo).port
}

/** A downloader for which `files.test` is this server; waits are only counted. */
async function reaching(handler: RequestListener) {
  const waits: number[] = []
  const port = await listen(createServer(handler))
  const downloader = new HttpDownloader({
    hosts: { 'files.test': { address: '127.0.0.1', port } },
    sleep: async (ms) => void waits.push(ms),
  })
  return { waits, get: (path = '/a.glb') => downloader.fetch(`http://files.test${path}`, limits, never) }
}

/** The same for a server that speaks bytes. */
async function reachingRaw(answer: (socket: Socket) => void, timeoutMs = 5_000): Promise<DownloadResult> {
  const port = await listen(createTcpServer((socket) => answer(socket.on('error', () => {}))))
  const hosts = { 'files.test': { address: '127.0.0.1', port } }
  const downloader = new HttpDownloader({ hosts, sleep: async () => {} })
  return downloader.fetch('http://files.test/a.glb', { ...limits, timeoutMs }, never)
}

const failed = (fault: string, code: string) => expect.objectContaining({ ok: false, fault, code })

describe('a download', () => {
  it('gives the bytes, asking for them plainly and by the name of the host', async () => {
    let asked: unknown
    const { get } = await reaching((request, response) => {
      asked = { url: request.url, ...request.headers }
      response.end(Buffer.from([1, 2, 3]))
    })
    expect(await get('/x/a%20b.glb?v=1')).toEqual({ ok: true, bytes: new Uint8Array([1, 2, 3]) })
    expect(asked).toMatchObject({ url: '/x/a%20b.glb?v=1', host: 'files.test', 'accept-encoding': 'identity' })
  })

  it('takes exactly as many bytes as allowed, however they are cut', async () => {
    const { get } = await reaching((_, response) => {
      for (let i = 0; i < 1_000; i++) response.write('x')
      response.end()
    })
    const result = await get()
    expect(result.ok && result.bytes.length).toBe(1_000)
  })

  it('refuses by Content-Length before taking the body', async () => {
    let sent = 0
    const { get } = await reaching((_, response) => {
      response.writeHead(200, { 'content-length': 10 ** 9 })
      response.write('x'.repeat(10))
      sent++
    })
    expect(await get()).toEqual(failed('source', 'too_large'))
    expect(sent).toBe(1)
  })

  it('refuses a body that turns out too large', async () => {
    const { get, waits } = await reaching((_, response) => {
      const more = () => response.write('x'.repeat(300), (error) => error || setImmediate(more))
      more()
    })
    expect(await get()).toEqual(failed('source', 'too_large'))
    expect(waits).toEqual([])
  })

  it('refuses a body that is compressed against our wish', async () => {
    const { get } = await reaching((_, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      response.end(gzipSync(Buffer.alloc(10 ** 7)))
    })
    expect(await get()).toEqual(failed('source', 'content_encoding'))
  })

  it.each([301, 302, 303, 307, 308])('does not follow a redirect (%i)', async (status) => {
    let requests = 0
    const { get } = await reaching((_, response) => {
      requests++
      response.writeHead(status, { location: 'http://169.254.169.254/latest/meta-data' }).end()
    })
    expect(await get()).toEqual(failed('source', 'redirect'))
    expect(requests).toBe(1)
  })

  it.each([
    [404, 1],
    [403, 1],
    [204, 1],
    [206, 1],
    [429, 2],
    [500, 2],
    [503, 2],
  ])('answers to HTTP %i after %i requests', async (status, requests) => {
    let count = 0
    const { get, waits } = await reaching((_, response) => {
      count++
      response.writeHead(status).end()
    })
    expect(await get()).toEqual(failed('source', 'http_status'))
    expect(count).toBe(requests)
    expect(waits).toEqual(requests === 2 ? [3_000] : [])
  })

  it('succeeds at the second attempt', async () => {
    let count = 0
    const { get } = await reaching((_, response) => void response.writeHead(count++ === 0 ? 502 : 200).end('ok'))
    expect(await get()).toEqual({ ok: true, bytes: new TextEncoder().encode('ok') })
  })

  it('gives up on headers that trickle', async () => {
    const result = await reachingRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const timer = setInterval(() => socket.write('x: y\r\n'), 20)
      socket.on('close', () => clearInterval(timer))
    }, 200)
    expect(result).toEqual(failed('source', 'timeout'))
  })

  it('gives up on a body that trickles', async () => {
    const result = await reachingRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n')
      const timer = setInterval(() => socket.write('x'), 20)
      socket.on('close', () => clearInterval(timer))
    }, 200)
    expect(result).toEqual(failed('source', 'timeout'))
  })

  it('says when the connection breaks, before and within the answer', async () => {
    expect(await reachingRaw((socket) => socket.resetAndDestroy())).toEqual(failed('source', 'connect'))
    const short = await reachingRaw((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\nabc'))
    expect(short).toMatchObject({ ok: false, fault: 'source' })
  })

  it('refuses what is not HTTP, and headers without end', async () => {
    expect(await reachingRaw((socket) => socket.end('SSH-2.0-OpenSSH_9\r\n'))).toEqual(failed('source', 'protocol'))
    const flood = await reachingRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n')
      const more = () => socket.write(`x: ${'y'.repeat(4_000)}\r\n`, (error) => error || setImmediate(more))
      more()
    })
    expect(flood).toEqual(failed('source', 'protocol'))
  })

  it('says when nobody listens', async () => {
    const port = await listen(createTcpServer())
    for (const server of open.splice(0)) server.close()
    const downloader = new HttpDownloader({ hosts: { gone: { address: '127.0.0.1', port } }, sleep: async () => {} })
    expect(await downloader.fetch('http://gone/', limits, never)).toEqual(failed('source', 'connect'))
  })

  it('asks for encryption by the name of the host, and refuses a connection that cannot be trusted', async () => {
    const names: string[] = []
    const server = createTlsServer({
      SNICallback: (name, done) => {
        names.push(name)
        done(new Error('no certificate'))
      },
    })
    server.on('tlsClientError', () => {})
    const hosts = { 'files.test': { address: '127.0.0.1', port: await listen(server) } }
    const downloader = new HttpDownloader({ hosts, sleep: async () => {} })
    expect(await downloader.fetch('https://files.test/', limits, never)).toMatchObject({ ok: false, fault: 'source' })
    expect(names).toContain('files.test')
  })

  it('stops when it is told to', async () => {
    const port = await listen(createServer(() => {}))
    const stop = new AbortController()
    const downloader = new HttpDownloader({ hosts: { slow: { address: '127.0.0.1', port } } })
    const pending = downloader.fetch('http://slow/', limits, stop.signal)
    setTimeout(() => stop.abort(), 50)
    await expect(pending).rejects.toMatchObject({ code: 'aborted' })
    await expect(downloader.fetch('http://slow/', limits, AbortSignal.abort())).rejects.toMatchObject({
      code: 'aborted',
    })
  })
})

describe('an address that is not public', () => {
  const downloader = new HttpDownloader({
    sleep: async () => {},
    resolve: async (name) => (name === 'mixed.test' ? ['1.1.1.1', '10.0.0.1'] : ['127.0.0.1']),
  })

  it.each([
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f.0.0.1/',
    'http://0177.0.0.1/',
    'http://0.0.0.0/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://100.64.0.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://[::]/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::ffff:a9fe:a9fe]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[2002:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[ff02::1]/',
    'http://rebound.test/',
    'http://mixed.test/',
  ])('%s is refused', async (url) => {
    expect(await downloader.fetch(url, limits, never)).toEqual(failed('source', 'forbidden_address'))
  })

  it('is refused behind a name of the system as well', async () => {
    const real = new HttpDownloader({ sleep: async () => {} })
    expect(await real.fetch('http://localhost/', limits, never)).toEqual(failed('source', 'forbidden_address'))
  })

  it('is reached under no other name than the mapped one', async () => {
    const port = await listen(createServer((_, response) => response.end()))
    const mapped = new HttpDownloader({
      hosts: { 'files.test': { address: '127.0.0.1', port } },
      sleep: async () => {},
    })
    const direct = await mapped.fetch(`http://127.0.0.1:${port}/`, limits, never)
    expect(direct).toEqual(failed('source', 'forbidden_address'))
  })
})

describe('a URL', () => {
  it.each([
    'ftp://example.com/a',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'http://user:secret@example.com/',
    'http://user@example.com/',
    'http://example.com:0/',
    'not a url',
    '',
    `http://example.com/${'a'.repeat(3_000)}`,
  ])('%s is refused', async (url) => {
    const downloader = new HttpDownloader({ resolve: async () => ['1.1.1.1'] })
    const result = await downloader.fetch(url, limits, never)
    expect(result).toEqual(failed('source', 'bad_url'))
    expect(JSON.stringify(result)).not.toContain('secret')
  })

  it('whose name does not exist is the fault of its owner', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }))
    const downloader = new HttpDownloader({ resolve, sleep: async () => {} })
    expect(await downloader.fetch('http://nowhere.test/', limits, never)).toEqual(failed('source', 'dns'))
  })

  it.each([
    ['ENOTFOUND', '', true],
    ['EAI_AGAIN', 'ESERVFAIL', true],
    ['EAI_AGAIN', 'ECONNREFUSED', false],
    ['EAI_AGAIN', 'ETIMEOUT', false],
    ['EAI_AGAIN', '', false],
  ])('whose name gives %s, and %s when asked directly, is the owner’s fault: %s', async (code, answer, fault) => {
    expect(await isNamesFault('name.test', code, async () => answer)).toBe(fault)
  })

  it('whose name is never answered is given up on in time', async () => {
    const downloader = new HttpDownloader({ resolve: () => new Promise(() => {}), sleep: async () => {} })
    const result = await downloader.fetch('http://silent.test/', { ...limits, timeoutMs: 50 }, never)
    expect(result).toEqual(failed('source', 'timeout'))
  })
})

describe('a failed transfer', () => {
  const error = (code: string) => Object.assign(new Error('it failed'), { code })

  it.each(['EMFILE', 'ENETUNREACH', 'ENOMEM', 'EADDRNOTAVAIL'])('with %s is our own', (code) => {
    expect(transferFault(error(code), false)).toMatchObject({ fault: 'infrastructure', code: 'local' })
  })

  it('to an IPv6 address that this machine cannot reach is not', () => {
    expect(transferFault(error('ENETUNREACH'), true)).toMatchObject({ fault: 'source', code: 'connect' })
  })

  it('of an unknown kind is ours until we know better', () => {
    expect(transferFault(new TypeError('what?'), false)).toMatchObject({ fault: 'infrastructure' })
    expect(transferFault('what?', false)).toMatchObject({ fault: 'infrastructure' })
  })
})
