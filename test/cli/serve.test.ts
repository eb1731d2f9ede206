import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { roundkeeper } from '../support/cli.ts'
import { startHttpServer } from '../support/file-server.ts'
import { formOf } from '../support/media-services.ts'
import { signpost, writeGlb } from '../support/models.ts'

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

interface Line {
  readonly event?: string
  readonly url?: string
  readonly path?: string
  readonly status?: number
}

/** The command, once it listens; with all that it has said. */
async function started(...args: string[]): Promise<{ child: ChildProcess; url: string; lines: Line[] }> {
  const child = spawn(process.execPath, [main, ...args, '--port', '0', '--json'], {
    stdio: ['ignore', 'inherit', 'pipe'],
  })
  const lines: Line[] = []
  const listening = Promise.withResolvers<string>()
  createInterface({ input: child.stderr }).on('line', (line) => {
    const said = JSON.parse(line) as Line
    lines.push(said)
    if (said.event === 'listening') listening.resolve(said.url ?? '')
  })
  child.on('exit', () => listening.reject(new Error('it ended')))
  return { child, url: await listening.promise, lines }
}

describe('serve-render', () => {
  it('serves until it is told to stop, and finishes what is inside', async () => {
    const { child, url, lines } = await started('serve-render', '--workers', '1', '--size', '32')
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    const model = Buffer.from(writeGlb(signpost()))
    const draw = (query: string) => fetch(`${url}/render${query}`, { method: 'POST', body: model })
    const png = await (await draw('')).arrayBuffer()
    expect(await sharp(png).metadata()).toMatchObject({ width: 69, height: 69 })

    const answers = Promise.all([draw('?size=1024'), draw('?size=1024'), draw('?size=1024')])
    await expect
      .poll(async () => (await fetch(`${url}/metrics`)).text(), { interval: 5, timeout: 120_000 })
      .toMatch(/^roundkeeper_requests_inside 3$/m)
    child.kill('SIGTERM')
    const [code] = await once(child, 'close')
    expect(code).toBe(0)
    expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200])
    expect(lines.filter(({ path, status }) => path === '/render' && status === 200)).toHaveLength(4)
    expect(lines.at(-1)).toMatchObject({ event: 'stopped' })
  })

  it('says so when it cannot listen', async () => {
    await using taken = await startHttpServer(() => undefined)
    const { code, stderr } = await roundkeeper('serve-render', '--port', String(taken.port))
    expect(code).toBe(1)
    expect(stderr).toMatch(/EADDRINUSE\n {2}where {2}127\.0\.0\.1:\d+\n {2}do {5}Something else does/)
  })
})

describe('serve-distance', () => {
  it('measures pictures that are sent or fetched, the latter from where it is let', async () => {
    const picture = await sharp({ create: { width: 9, height: 9, channels: 3, background: '#a00' } })
      .png()
      .toBuffer()
    await using cdn = await startHttpServer((_request, response) => response.end(picture))
    const { child, url } = await started('serve-distance', '--map', `cdn.test=127.0.0.1:${cdn.port}`)
    const ask = async (body: FormData | string) => (await fetch(`${url}/distance`, { method: 'POST', body })).json()
    const file = { name: 'a.png', bytes: picture }
    expect(await ask(formOf({ image_a: file, image_b: file }))).toEqual({ distance: 0, error: null })
    const mapped = 'http://cdn.test/a.png'
    expect(await ask(JSON.stringify({ url_a: mapped, url_b: mapped }))).toEqual({ distance: 0, error: null })
    const inside = JSON.stringify({ url_a: mapped, url_b: `${cdn.url}/a.png` })
    expect(await ask(inside)).toEqual({ distance: null, error: 'request_error' })
    child.kill('SIGINT')
    expect(await once(child, 'close')).toEqual([0, null])
  })
})
