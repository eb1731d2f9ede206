import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mediaCommand } from '../../src/cli/media.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { SPACE } from '../../src/media/side-by-side.ts'
import { inProcess, roundkeeper } from '../support/in-process-cli.ts'
import { startDistanceService } from '../support/media-services.ts'
import { signpost, sphere, writeGlb } from '../support/models.ts'

let dir = ''
let [post, ball, wide] = ['', '', '']
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-media-'))
  const models = [signpost(), sphere(0.5), sphere(0.9)].map((mesh) => writeGlb(mesh))
  ;[post, ball, wide] = ['post', 'ball', 'wide'].map((name) => join(dir, `${name}.glb`)) as [string, string, string]
  await Promise.all([post, ball, wide].map((path, i) => writeFile(path, models[i]!)))
})
afterAll(() => rm(dir, { recursive: true, force: true }))
const media = (...args: string[]) => inProcess(mediaCommand, ...args)

describe('media check', () => {
  it('exits with 0, 1 and 2, and says what to do', async () => {
    expect(await media('check', post, ball, '--size', '32')).toMatchObject({ code: 0 })
    const rejected = await media('check', dir, '--size', '32')
    expect(rejected).toMatchObject({ code: 1 })
    expect(rejected.stdout).toMatch(/taken .*post\.glb {2}48 triangles, 96 vertices, 3\.\d KiB\n/)
    expect(rejected.stdout).toMatch(/rejected .*wide\.glb {2}out_of_bounds: .*\n {2}means .*\n {2}do .*scale it/)
    expect(rejected.stdout).toMatch(/3 files, 1 would be rejected\n\nat most[\s\S]*splats +2,000,000/)
    const missing = await media('check', join(dir, 'missing.glb'), '--json')
    expect(missing.code).toBe(2)
    expect(JSON.parse(missing.stdout)).toMatchObject({ error: { code: 'not-found' } })
    expect(await roundkeeper('media', 'check')).toMatchObject({ code: 2, stdout: '' })
  })

  it('is held up by no file that cannot be read, nor by a pipe that nobody writes to', async () => {
    const odd = join(dir, 'odd')
    await mkdir(odd)
    await writeFile(join(odd, '-a\n.glb'), await readFile(post))
    await symlink('nowhere', join(odd, 'broken.glb'))
    execFileSync('mkfifo', [join(odd, 'pipe.glb')])
    const { code, stdout } = await media('check', odd, '--size', '32', '--json')
    expect(code).toBe(2)
    const { checks } = JSON.parse(stdout) as { checks: { file: string }[] }
    await rm(odd, { recursive: true })
    expect(checks).toMatchObject([
      { file: join(odd, '-a\n.glb'), ok: true },
      { file: join(odd, 'broken.glb'), ok: false, fault: 'infrastructure', code: 'unreadable' },
      { file: join(odd, 'pipe.glb'), ok: false, fault: 'infrastructure', code: 'unreadable' },
    ])
  })

  it('gives one object of JSON', async () => {
    const { code, stdout } = await media('check', wide, post, '--size', '32', '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      checks: [
        { file: wide, ok: false, fault: 'file', code: 'out_of_bounds' },
        { file: post, ok: true, counts: { triangles: 48 } },
      ],
      limits: { triangles: '2,000,000' },
    })
  })
})

describe('media view', () => {
  it('writes the grid and names its pixels', async () => {
    const out = join(dir, 'new', 'post.png')
    const drawn = await new CpuRenderer().render('glb', await readFile(post), 32, new AbortController().signal)
    if (!drawn.ok) throw new Error(drawn.detail)
    const { stdout } = await media('view', post, '--out', out, '--size', '32')
    expect(stdout).toBe(`${out}\n69×69, pixels sha256:${drawn.pixelsSha256}, drawn by ${new CpuRenderer().id}\n`)
    expect(await sharp(out).metadata()).toMatchObject({ format: 'png', width: 69, height: 69 })
    const compat = await media('view', post, '--out', out, '--size', '32', '--compat')
    expect(compat.stdout).toContain(`drawn by ${new CpuRenderer({ compat: true }).id}\n`)
  })

  it('never writes over a model', async () => {
    const link = join(dir, 'link.png')
    await symlink(post, link)
    for (const out of [post, link]) {
      await expect(media('view', post, '--out', out)).rejects.toMatchObject({ code: 'usage', where: out })
      await expect(media('diff', ball, post, '--out', out)).rejects.toMatchObject({ code: 'usage', where: out })
    }
    await rm(link)
  })

  it('draws nothing that a competition would refuse', async () => {
    const refused = media('view', wide, '--out', join(dir, 'wide.png'))
    await expect(refused).rejects.toMatchObject({ code: 'refused', hint: expect.stringContaining('scale it') })
  })
})

describe('media diff', () => {
  it('says what a distance means in an audit, and shows both', async () => {
    const out = join(dir, 'both.png')
    const far = await media('diff', post, ball, '--out', out, '--size', '96', '--json')
    const told = JSON.parse(far.stdout) as { distance: number }
    expect(told).toMatchObject({ threshold: 0.1, accepted: false, same_pixels: false, path: out })
    expect(told.distance).toBeGreaterThan(0.3)
    expect(await sharp(out).metadata()).toMatchObject({ width: 2 * 197 + SPACE, height: 197 })

    const picture = join(dir, 'post-view.png')
    await media('view', post, '--out', picture, '--size', '96')
    const same = await media('diff', post, picture, '--out', out, '--size', '96')
    expect(same.stdout).toBe(`distance 0 (classical/1)\nthe very same pixels\n${out}\n`)
    const lax = await media('diff', post, ball, '--out', out, '--size', '96', '--threshold', '0.9')
    expect(lax.stdout).toContain('\nan audit would take both for the same: not above 0.9\n')
  })

  it('has a service measure', async () => {
    await using service = await startDistanceService()
    const options = ['--out', join(dir, 'both.png'), '--size', '32', '--json']
    const there = await media('diff', post, ball, ...options, '--endpoint', service.url)
    const here = await media('diff', post, ball, ...options)
    expect(JSON.parse(there.stdout)).toEqual({ ...JSON.parse(here.stdout), measure: 'http-distance/1' })
    expect(service.events).toMatchObject([{ path: '/distance', status: 200 }])
  })

  it('measures nothing that is neither model nor picture', async () => {
    const text = join(dir, 'text.png')
    await writeFile(text, '<svg/>')
    await expect(media('diff', post, text, '--size', '32')).rejects.toMatchObject({ code: 'refused' })
  })
})
