import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { createServer as createTlsServer } from 'node:tls'
import {
  brotliCompressSync,
  constants,
  createGzip,
  createZstdCompress,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { DownloadResult } from '../../src/media/download.ts'
import { transferFault } from '../../src/media/download-fault.ts'
import { HttpDownloader } from '../../src/media/http-downloader.ts'
import { isNamesFault, isPublic } from '../../src/media/public-address.ts'

const never = new AbortController().signal
const limits = { maxBytes: 1_000, timeoutMs: 60_000, plainHttp: true }
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
async function reaching(handler: RequestListener, maxBytes = limits.maxBytes) {
  const waits: number[] = []
  const port = await listen(createServer(handler))
  const downloader = new HttpDownloader({
    hosts: { 'files.test': { address: '127.0.0.1', port } },
    resolve: async (name) => [name === 'public.test' ? '1.1.1.1' : '127.0.0.1'],
    sleep: async (ms) => void waits.push(ms),
  })
  return {
    waits,
    downloader,
    get: (path = '/a.glb') => downloader.fetch(`http://files.test${path}`, { ...limits, maxBytes }, never),
  }
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate)
}

/** The same for a server that speaks bytes. */
async function reachingRaw(answer: (socket: Socket) => void, timeoutMs = limits.timeoutMs): Promise<DownloadResult> {
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

  describe('that comes compressed against our wish', () => {
    const packers = { gzip: gzipSync, br: brotliCompressSync, deflate: deflateSync, zstd: zstdCompressSync }
    const serving = (encoding: string, body: Uint8Array, most = 2 ** 24) =>
      reaching((_, response) => response.writeHead(200, { 'content-encoding': encoding }).end(body), most)

    it.each(Object.entries(packers))('is unpacked (%s)', async (encoding, pack) => {
      const file = randomBytes(200_000)
      const { get } = await serving(encoding, pack(file))
      const result = await get()
      expect(result.ok && Buffer.compare(result.bytes, file)).toBe(0)
    })

    it.each(Object.entries(packers))('may not unpack to more than is allowed (%s)', async (encoding, pack) => {
      const { get } = await serving(encoding, pack(Buffer.alloc(10 ** 6)), 100_000)
      expect(await get()).toEqual(failed('source', 'too_large'))
    })

    it.each(Object.entries(packers))('may not unpack to far more than came (%s)', async (encoding, pack) => {
      const { get } = await serving(encoding, pack(Buffer.alloc(2 ** 23)))
      expect(await get()).toEqual(failed('source', 'compression_ratio'))
    })

    it('has to be what it says', async () => {
      const { get } = await serving('gzip', Buffer.from('no gzip at all'))
      expect(await get()).toEqual(failed('source', 'content_encoding'))
      const cut = await serving('gzip', gzipSync(randomBytes(5_000)).subarray(0, 3_000))
      expect(await cut.get()).toEqual(failed('source', 'content_encoding'))
    })

    it('may not take more memory to unpack than HTTP allows', async () => {
      const body = (log: number) => {
        // Its size is not known when it begins, so that all of the window is announced.
        const packer = createZstdCompress({ params: { [constants.ZSTD_c_windowLog]: log } })
        packer.write('some bytes')
        return buffer(packer.end('more'))
      }
      expect(await (await serving('zstd', await body(23))).get()).toMatchObject({ ok: true })
      expect(await (await serving('zstd', await body(24))).get()).toEqual(failed('source', 'content_encoding'))
    })

    it.each(['gzip, gzip', 'compress', 'aws-chunked'])('is refused where nobody unpacks it (%s)', async (encoding) => {
      const { get } = await serving(encoding, Buffer.alloc(10))
      expect(await get()).toEqual(failed('source', 'content_encoding'))
    })
  })

  describe('that is to be had elsewhere', () => {
    it.each([301, 302, 303, 307, 308])('is fetched there (%i)', async (status) => {
      const { get } = await reaching(({ url }, response) => {
        if (url === '/a.glb') response.writeHead(status, { location: '/b.glb' }).end('moved')
        else response.end('ok')
      })
      expect(await get()).toEqual({ ok: true, bytes: new TextEncoder().encode('ok') })
    })

    it.each([
      ['http://169.254.169.254/latest/meta-data', 'forbidden_address'],
      ['http://[::1]/', 'forbidden_address'],
      ['//127.0.0.1/a.glb', 'forbidden_address'],
      ['http://rebound.test/', 'forbidden_address'],
      ['http://public.test:22/', 'forbidden_port'],
      ['file:///etc/passwd', 'redirect'],
      ['http://user:secret@files.test/', 'redirect'],
      ['', 'redirect'],
    ])('is not fetched from %s', async (location, code) => {
      let requests = 0
      const { get } = await reaching((_, response) => {
        requests++
        response.writeHead(302, { location }).end()
      })
      expect(await get()).toEqual(failed('source', code))
      expect(requests).toBe(1)
    })

    it('is given up after three moves', async () => {
      let requests = 0
      const { get } = await reaching((_, response) => {
        response.writeHead(302, { location: `/${++requests}` }).end()
      })
      expect(await get()).toEqual(failed('source', 'redirect'))
      expect(requests).toBe(4)
    })
  })

  it('uses a connection again, and makes a new one where the host has closed it', async () => {
    const connections = new Set<unknown>()
    const server = createServer((request, response) => {
      connections.add(request.socket)
      response.end('ok')
    })
    const hosts = { 'files.test': { address: '127.0.0.1', port: await listen(server) } }
    const downloader = new HttpDownloader({ hosts })
    const get = async () => {
      await new Promise(setImmediate)
      return downloader.fetch('http://files.test/', limits, never)
    }
    await get()
    await get()
    expect(connections.size).toBe(1)
    for (const socket of connections) (socket as Socket).resetAndDestroy()
    expect(await get()).toMatchObject({ ok: true })
    expect(connections.size).toBe(2)
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

  it.each([
    ['headers', { headersMs: 60 }, 'HTTP/1.1 200 OK\r\n', 'no headers within 60 ms'],
    ['a first byte', { firstByteMs: 60 }, 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n', 'no first byte within 60 ms'],
    ['more', { idleMs: 60 }, 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nx', 'nothing more within 60 ms'],
  ])('waits for %s only so long', async (_, timeouts, sent, detail) => {
    const port = await listen(createTcpServer((socket) => void socket.on('error', () => {}).write(sent)))
    const downloader = new HttpDownloader({ hosts: { 'files.test': { address: '127.0.0.1', port } } })
    const take = (chunks: AsyncIterable<Uint8Array>) => Array.fromAsync(chunks)
    const result = await downloader.stream('http://files.test/', { ...limits, ...timeouts }, take, never)
    expect(result).toMatchObject({ ok: false, fault: 'source', code: 'timeout', detail, silent: true, transient: true })
  })

  it('does not count the time that our own side takes', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    onTestFinished(() => void vi.useRealTimers())
    let sendTheRest = () => {}
    const { downloader } = await reaching((_, response) => {
      response.write('x'.repeat(400))
      sendTheRest = () => response.end('x'.repeat(500))
    })
    const slow = async (chunks: AsyncIterable<Uint8Array>) => {
      let bytes = 0
      for await (const chunk of chunks) {
        if (bytes === 0) {
          await vi.advanceTimersByTimeAsync(2_000)
          // Once the next piece is waited for.
          setImmediate(() => vi.advanceTimersByTimeAsync(10).then(sendTheRest))
        }
        bytes += chunk.length
      }
      return bytes
    }
    const result = await downloader.stream('http://files.test/', { ...limits, timeoutMs: 1_000 }, slow, never)
    expect(result).toEqual({ ok: true, value: 900 })
  })

  it.each(['identity', 'gzip'])('takes no more than is asked for, however large the file is (%s)', async (encoding) => {
    const piece = randomBytes(2 ** 20)
    const pieces = 32
    let sent = 0
    const { downloader } = await reaching((_, response) => {
      response.writeHead(200, { 'content-encoding': encoding })
      const body = encoding === 'gzip' ? createGzip({ level: 0 }) : new PassThrough()
      body.pipe(response)
      const more = (): unknown => (sent++ < pieces ? body.write(piece, more) : body.end())
      more()
    })
    const halting = async (chunks: AsyncIterable<Uint8Array>) => {
      let bytes = 0
      for await (const chunk of chunks) {
        if (bytes === 0) for (let before = -1; before !== sent; await turns(200)) before = sent
        if (bytes === 0) expect(sent).toBeLessThan(pieces / 2)
        bytes += chunk.length
      }
      return bytes
    }
    const all = { ...limits, maxBytes: 2 ** 28, timeoutMs: 30_000 }
    const result = await downloader.stream('http://files.test/', all, halting, never)
    expect(result).toEqual({ ok: true, value: pieces * piece.length })
  })

  it('throws what whoever takes the bytes throws, which is not the host’s doing', async () => {
    const { downloader } = await reaching((_, response) => response.end('ok'))
    const full = async () => {
      throw new Error('the disk is full')
    }
    await expect(downloader.stream('http://files.test/', limits, full, never)).rejects.toThrow('the disk is full')
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

describe('a look at a file', () => {
  const look = async (handler: RequestListener) => {
    const { downloader } = await reaching(handler)
    return downloader.look('http://files.test/a.glb', limits, never)
  }
  const etag = '"5d8c72"'
  const modified = 'Wed, 04 Mar 2026 08:55:01 GMT'

  it('tells what the host says of it, without its bytes', async () => {
    const asked: unknown[] = []
    const sight = await look(({ method }, response) => {
      asked.push(method)
      response.writeHead(200, { 'content-length': 10 ** 9, etag, 'last-modified': modified }).end()
    })
    expect(sight).toEqual({ ok: true, status: 200, method: 'HEAD', size: 10 ** 9, etag, lastModified: modified })
    expect(asked).toEqual(['HEAD'])
  })

  it.each([400, 403, 405, 500, 501])('asks for one byte where HEAD is answered by %i', async (status) => {
    const sight = await look(({ method, headers }, response) => {
      if (method === 'HEAD') return response.writeHead(status).end()
      if (headers.range !== 'bytes=0-0') return response.writeHead(400).end()
      return response.writeHead(206, { 'content-range': 'bytes 0-0/1234', etag }).end('g')
    })
    expect(sight).toEqual({ ok: true, status: 206, method: 'GET', size: 1234, etag })
  })

  it('asks for one byte where HEAD breaks the connection', async () => {
    const sight = await look(({ method }, response) => {
      if (method === 'HEAD') return response.destroy()
      return response.writeHead(206, { 'content-range': 'bytes 0-0/1234' }).end('g')
    })
    expect(sight).toEqual({ ok: true, status: 206, method: 'GET', size: 1234 })
  })

  it('takes a whole file for an answer, but not its bytes', async () => {
    let sent = 0
    const sight = await look(({ method }, response) => {
      if (method === 'HEAD') return response.writeHead(405).end()
      response.writeHead(200, { 'content-length': 10 ** 8 })
      const more = () =>
        response.write(Buffer.alloc(2 ** 16), (error) => error || (++sent < 1_000 && setImmediate(more)))
      more()
      return response
    })
    expect(sight).toEqual({ ok: true, status: 200, method: 'GET', size: 10 ** 8 })
    expect(sent).toBeLessThan(1_000)
  })

  it.each([
    [404, ['HEAD'], false],
    [410, ['HEAD'], false],
    [429, ['HEAD'], true],
    [403, ['HEAD', 'GET'], false],
    [503, ['HEAD', 'GET'], true],
  ])('says why it is not there (%i)', async (status, methods, transient) => {
    const asked: unknown[] = []
    const sight = await look(({ method }, response) => {
      asked.push(method)
      response.writeHead(status).end()
    })
    expect(sight).toMatchObject({ ok: false, fault: 'source', code: 'http_status', status, transient })
    expect(asked).toEqual(methods)
  })
})

describe('an address that is not public', () => {
  const downloader = new HttpDownloader({
    sleep: async () => {},
    resolve: async (name) => (name === 'mixed.test' ? ['1.1.1.1', '10.0.0.1'] : ['127.0.0.1']),
  })

  it.each([
    'http://127.0.0.1/',
    'http://127.0.0.1:8080/',
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
    'http://168.63.129.16/',
    'http://rebound.test/',
    'http://mixed.test/',
  ])('%s is refused', async (url) => {
    expect(await downloader.fetch(url, limits, never)).toEqual(failed('source', 'forbidden_address'))
  })

  it('is one of this very machine, even if it is public', () => {
    const own = () => ['8.8.4.4', '2001:4860:4860::8844', 'fe80::1%eth0']
    expect(['8.8.4.4', '::ffff:8.8.4.4', '2001:4860:4860::8844'].filter((each) => isPublic(each, own))).toEqual([])
    expect(isPublic('8.8.8.8', own)).toBe(true)
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
    expect(direct).toEqual(failed('source', 'forbidden_port'))
  })
})

describe('a URL', () => {
  it.each([
    ['http://example.com/', 'insecure'],
    ['https://example.com:22/', 'forbidden_port'],
    ['https://example.com:6379/', 'forbidden_port'],
  ])('%s is not where models are served', async (url, code) => {
    const downloader = new HttpDownloader({ resolve: async () => ['1.1.1.1'] })
    const result = await downloader.fetch(url, { ...limits, plainHttp: false }, never)
    expect(result).toEqual(failed('source', code))
  })

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
    ['EAI_AGAIN', 'ETIMEOUT', true],
    ['EAI_AGAIN', '', true],
    ['EAI_AGAIN', 'ECONNREFUSED', false],
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

  it.each(['EMFILE', 'ENOMEM', 'EADDRNOTAVAIL'])('with %s is our own', (code) => {
    expect(transferFault(error(code), false)).toMatchObject({ fault: 'infrastructure', code: 'local' })
  })

  // What a router on the way said, which may be the host's own.
  it.each(['ENETUNREACH', 'EHOSTUNREACH', 'EACCES', 'EPERM'])('with %s is nobody answering', (code) => {
    const silent = { fault: 'source', code: 'connect', silent: true, transient: true }
    expect(transferFault(error(code), false)).toMatchObject(silent)
  })

  it('is told in few words and plain ones, whatever the host put into them', () => {
    const names = `\u001b[31mDNS:${'a'.repeat(60)}.example\n`.repeat(400)
    const { detail } = transferFault(Object.assign(new Error(names), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }), false)
    expect(detail).toMatch(/^ERR_TLS_CERT_ALTNAME_INVALID: [\x20-\x7e]{200,280}$/)
  })

  it('to an IPv6 address that this machine cannot reach is not', () => {
    expect(transferFault(error('ENETUNREACH'), true)).toMatchObject({ fault: 'source', code: 'connect' })
  })

  it('of an unknown kind is ours until we know better', () => {
    expect(transferFault(new TypeError('what?'), false)).toMatchObject({ fault: 'infrastructure' })
    expect(transferFault('what?', false)).toMatchObject({ fault: 'infrastructure' })
  })
})
