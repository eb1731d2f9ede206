import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderCommand } from '../../src/cli/miner-render.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { startHttpServer } from '../support/file-server.ts'
import { inProcess, original } from '../support/in-process-cli.ts'
import { startRenderService } from '../support/media-services.ts'
import { signpost, sphere, writeGlb, writePly } from '../support/models.ts'

const program = fileURLToPath(new URL('../../src/cli/404-cli.ts', import.meta.url))
let dir = ''
let [good, mixed] = ['', '']
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-miner-render-'))
  ;[good, mixed] = [join(dir, 'good'), join(dir, 'mixed')]
  await mkdir(good)
  await mkdir(mixed)
  for (const folder of [good, mixed]) await writeFile(join(folder, 'post.glb'), writeGlb(signpost()))
  await writeFile(join(good, 'dot.ply'), writePly([{ at: [0, 0, 0] }]))
  await writeFile(join(mixed, 'wide.glb'), writeGlb(sphere(0.9)))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const render = (...args: string[]) => {
  const command = renderCommand('miner').option('--json')
  return inProcess(command, '--size', '32', ...args)
}
const out = (name: string) => ['--output-dir', join(dir, name)]

describe('miner render', () => {
  it('draws here, tells what failed, and goes on where it was', async () => {
    const first = await render('--data-dir', mixed, ...out('first'), '--json')
    expect(first, first.stderr).toMatchObject({ code: 1 })
    expect(JSON.parse(first.stdout)).toEqual({
      success: false,
      output_dir: join(dir, 'first'),
      rendered: 1,
      unchanged: 0,
      failed: [{ model: 'wide.glb', fault: 'file', code: 'out_of_bounds', detail: expect.any(String) }],
      previews: { 'post.glb': 'post.png' },
    })
    expect(first.stderr).toMatch(/^warning {2}wide\.glb was not rendered, out_of_bounds: /m)
    const again = await render('--data-dir', mixed, ...out('first'))
    expect(again).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^0 rendered, 1 unchanged, in .*first\n1 of 2 /),
    })
    const drawn = await new CpuRenderer().render('glb', writeGlb(signpost()), 32, new AbortController().signal)
    if (!drawn.ok) throw new Error(drawn.detail)
    expect(Buffer.compare(await readFile(join(dir, 'first', 'post.png')), drawn.png)).toBe(0)
  })

  it('has a service draw, and gets the same pixels from ours', async () => {
    await using service = await startRenderService(new CpuRenderer())
    const there = await render('--data-dir', good, ...out('there'), '--endpoint', service.url)
    expect(there, there.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/^2 rendered, 0 unchanged/) })
    expect((await render('--data-dir', good, ...out('here'))).code).toBe(0)
    expect(service.events.map(({ path }) => path).sort()).toEqual(['/render_glb', '/render_ply'])
    for (const name of ['post.png', 'dot.png']) {
      expect(Buffer.compare(await readFile(join(dir, 'there', name)), await readFile(join(dir, 'here', name)))).toBe(0)
    }
  })

  it('fails where there is nothing', async () => {
    await mkdir(join(dir, 'empty'))
    const { code, stdout } = await render('--data-dir', join(dir, 'empty'), ...out('nothing'), '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ success: false, code: 'not-found', error: expect.any(String) })
  })
})

describe('404-cli render', () => {
  it('prints the original’s objects, and the truth', async () => {
    const done = await original('render', '--data-dir', good, ...out('original'), '--size', '32')
    expect(done).toMatchObject({ code: 0, stdout: `{"success": true, "output_dir": "${join(dir, 'original')}"}\n` })
    expect((await readdir(join(dir, 'original'))).filter((name) => name.endsWith('.png'))).toEqual([
      'dot.png',
      'post.png',
    ])
    const failed = await original('render', '--data-dir', mixed, ...out('failed'), '--size', '32')
    expect(failed).toMatchObject({
      code: 1,
      stdout: `{"success": false, "error": "1 of 2 models were not rendered: wide.glb (out_of_bounds)", "output_dir": "${join(dir, 'failed')}"}\n`,
      stderr: expect.stringMatching(/^WARNING: wide\.glb was not rendered, /),
    })
    expect(await original('render')).toMatchObject({ code: 2 })
  })

  it('can be stopped', async () => {
    let asked: () => void = () => {}
    await using silent = await startHttpServer(() => asked())
    const args = ['render', '--data-dir', good, ...out('stopped'), '--endpoint', silent.url]
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
    // Once: the second time ends it before it has said anything.
    asked = () => child.killed || child.kill('SIGINT')
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    const [code] = await once(child, 'close')
    expect([code, stdout]).toEqual([130, '{"success": false, "error": "Interrupted by user"}\n'])
  })
})
