import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LEDGER_FILE } from '../../src/media/preview-ledger.ts'
import { previewNames } from '../../src/media/preview-names.ts'
import { type Outcome, type RenderFolderOptions, renderFolder } from '../../src/media/render-folder.ts'
import type { Renderer, Rendering } from '../../src/media/renderer.ts'
import fc from '../support/properties.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-render-'))
  await mkdir(join(dir, 'models'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

/**
 * Draws the bytes of the model, or says that they are broken.
 * @param together how many have to be at it before the first is finished
 */
function fakeRenderer(together = 1) {
  const drawn: string[] = []
  const enough = Promise.withResolvers<void>()
  let [now, most] = [0, 0]
  const renderer: Renderer = {
    id: 'fake/1',
    deterministic: true,
    async render(kind, bytes): Promise<Rendering> {
      const text = Buffer.from(bytes).toString()
      most = Math.max(most, ++now)
      if (now === together) enough.resolve()
      await enough.promise
      await new Promise(setImmediate)
      now--
      drawn.push(`${kind} ${text}`)
      if (text === 'broken') return { ok: false, fault: 'file', code: 'truncated', detail: 'cut off' }
      return { ok: true, png: Buffer.from(`${kind} ${text}`), width: 1, height: 1, pixelsSha256: 'p' }
    },
  }
  return { renderer, drawn, most: () => most }
}

const model = (name: string, text: string) => writeFile(join(dir, 'models', name), text)
const preview = (name: string) => readFile(join(dir, 'out', name), 'utf8')
const render = (renderer: Renderer, options: Partial<RenderFolderOptions> = {}) =>
  renderFolder({
    dataDir: join(dir, 'models'),
    outputDir: join(dir, 'out'),
    renderer,
    size: 518,
    concurrency: 3,
    signal: new AbortController().signal,
    ...options,
  })
const states = (outcomes: readonly Outcome[]) => outcomes.map(({ model, state }) => `${model} ${state}`)

describe('a folder of models', () => {
  it('is drawn, .ply first, a few at a time, and no failure holds up another', async () => {
    const { renderer, drawn, most } = fakeRenderer(3)
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => model(`${name}.glb`, name)))
    await model('z.ply', 'z')
    await model('bad.glb', 'broken')
    await model('notes.txt', 'x')
    await mkdir(join(dir, 'models', 'folder.glb'))
    await symlink(join(dir, 'nowhere'), join(dir, 'models', 'lost.glb'))
    const told: number[] = []
    const outcomes = await render(renderer, { progress: ({ done, of }) => told.push(done * 100 + of) })
    expect(states(outcomes)).toEqual([
      'z.ply rendered',
      'a.glb rendered',
      'b.glb rendered',
      'bad.glb failed',
      ...['c.glb rendered', 'd.glb rendered', 'e.glb rendered'],
    ])
    expect(outcomes[3]).toMatchObject({ fault: 'file', code: 'truncated', detail: 'cut off' })
    expect([drawn.length, most()]).toEqual([7, 3])
    expect(told).toEqual([107, 207, 307, 407, 507, 607, 707])
    expect(await preview('z.png')).toBe('ply z')
    expect((await readdir(join(dir, 'out'))).sort()).toEqual(
      ['a.png', 'b.png', 'c.png', 'd.png', 'e.png', LEDGER_FILE, 'z.png'].sort(),
    )
  })

  it('is not drawn again where it is finished; what changed, is missing or was spoilt is', async () => {
    const first = fakeRenderer()
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => model(`${name}.glb`, name)))
    await model('bad.glb', 'broken')
    await render(first.renderer)
    const again = fakeRenderer()
    await model('a.glb', 'new a')
    await rm(join(dir, 'out', 'b.png'))
    await writeFile(join(dir, 'out', 'c.png'), 'half')
    // As after a crash: a line that was cut off, and a picture that was not finished.
    await appendFile(join(dir, 'out', LEDGER_FILE), '{"preview": "d.png", "mod')
    await writeFile(join(dir, 'out', '.d.png.partial'), 'ha')
    expect(states(await render(again.renderer))).toEqual([
      'a.glb rendered',
      'b.glb rendered',
      'bad.glb failed',
      'c.glb rendered',
      'd.glb unchanged',
    ])
    expect(again.drawn.sort()).toEqual(['glb b', 'glb broken', 'glb c', 'glb new a'])
    const third = fakeRenderer()
    await render(third.renderer)
    expect(third.drawn).toEqual(['glb broken'])
    await render(third.renderer, { size: 32 })
    await render({ ...third.renderer, id: 'fake/2' })
    expect(third.drawn).toHaveLength(1 + 5 + 5)
  })

  it('stops when it is told to, has to be there, and needs a place to go', async () => {
    await model('a.glb', 'a')
    const { renderer } = fakeRenderer()
    await expect(render(renderer, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
    await expect(render(renderer, { dataDir: join(dir, 'none') })).rejects.toMatchObject({ code: 'not-found' })
    await writeFile(join(dir, 'file'), '')
    await expect(render(renderer, { outputDir: join(dir, 'file') })).rejects.toMatchObject({ code: 'usage' })
  })
})

describe('names of previews', () => {
  it('are cut at the last dot, and in nobody’s way', () => {
    const named = (...models: string[]) => Object.fromEntries(previewNames(models))
    expect(named('vase.glb', 'a.b.ply', 'a.c.ply')).toEqual({
      'vase.glb': 'vase.png',
      'a.b.ply': 'a.b.png',
      'a.c.ply': 'a.c.png',
    })
    expect(named('a.glb', 'a.ply', 'b.glb')).toEqual({ 'a.glb': 'a.glb.png', 'a.ply': 'a.ply.png', 'b.glb': 'b.png' })
    expect(named('a.glb', 'a.ply', 'a.ply.glb')).toEqual({
      'a.glb': 'a.glb.png',
      'a.ply': 'a.ply.png',
      'a.ply.glb': 'a.ply.glb.png',
    })
  })

  it('are one for each, also where capitals are small letters', () => {
    const name = fc
      .tuple(
        fc.array(fc.constantFrom('a', 'b', 'A', '.ply', '.glb', '.png'), { minLength: 1, maxLength: 4 }),
        fc.constantFrom('.ply', '.glb'),
      )
      .map(([parts, extension]) => parts.join('') + extension)
    const models = fc.uniqueArray(name, { selector: (text) => text.toLowerCase() })
    fc.assert(
      fc.property(models, (all) => {
        const names = [...previewNames(all).values()].map((text) => text.toLowerCase())
        return names.length === all.length && new Set(names).size === names.length
      }),
    )
  })
})
