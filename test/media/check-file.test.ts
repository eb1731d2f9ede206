import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkFile } from '../../src/media/check-file.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { findModels } from '../../src/media/find-models.ts'
import { MAX_MODEL_BYTES } from '../../src/media/limits.ts'
import type { Renderer } from '../../src/media/renderer.ts'
import { signpost, sphere, writeGlb, writePly } from '../support/models.ts'

const never = new AbortController().signal
let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-check-'))
  await mkdir(join(dir, 'more'))
  await mkdir(join(dir, 'none'))
  await writeFile(join(dir, 'post.glb'), writeGlb(signpost()))
  await writeFile(join(dir, 'without-extension'), writeGlb(signpost()))
  await writeFile(join(dir, 'more', 'dot.PLY'), writePly([{ at: [0, 0, 0] }, { at: [Number.NaN, 0, 0] }]))
  await writeFile(join(dir, 'wide.glb'), writeGlb(sphere(0.9)))
  await writeFile(join(dir, 'notes.txt'), 'text')
  await writeFile(join(dir, 'immense.ply'), 'ply\n')
  await truncate(join(dir, 'immense.ply'), MAX_MODEL_BYTES + 1)
})
afterAll(() => rm(dir, { recursive: true, force: true }))
const check = (name: string, renderer: Renderer = new CpuRenderer()) => checkFile(join(dir, name), renderer, 32, never)

describe('checking a model', () => {
  it('tells what a good one consists of', async () => {
    const drawn = await new CpuRenderer().render('glb', writeGlb(signpost()), 32, never)
    if (!drawn.ok) throw new Error(drawn.detail)
    const { pixelsSha256 } = drawn
    expect(await check('post.glb')).toMatchObject({
      ok: true,
      kind: 'glb',
      counts: { triangles: 48, vertices: 96 },
      pixels_sha256: pixelsSha256,
    })
    expect(await check('without-extension')).toMatchObject({ ok: true, kind: 'glb', pixels_sha256: pixelsSha256 })
    expect(await check('more/dot.PLY')).toMatchObject({ ok: true, kind: 'ply', counts: { splats: 1, left_out: 1 } })
  })

  it.each([
    ['wide.glb', 'out_of_bounds', /cube/, /scale/],
    ['notes.txt', 'format', /not the kind/, /Export/],
    ['immense.ply', 'limit', /more of something/, /Reduce/],
  ])('says why %s would be rejected, and what to do', async (name, code, meaning, remedy) => {
    expect(await check(name)).toMatchObject({
      ok: false,
      fault: 'file',
      code,
      meaning: expect.stringMatching(meaning),
      remedy: expect.stringMatching(remedy),
    })
  })

  it('blames no file for what is our doing', async () => {
    const broken: Renderer = {
      id: 'broken',
      deterministic: false,
      render: async () => ({ ok: false, fault: 'infrastructure', code: 'limit', detail: 'no memory' }),
    }
    expect(await check('post.glb', broken)).toMatchObject({ fault: 'infrastructure', meaning: null, remedy: null })
  })

  it('cannot read what is not there, or no file', async () => {
    await expect(check('nothing.glb')).rejects.toMatchObject({ code: 'not-found' })
    await expect(check('none')).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('what is meant by names', () => {
  it('is a file, a folder with all below it, or a glob, each once', async () => {
    const at = (...names: string[]) => names.map((name) => join(dir, name))
    expect(await findModels(at('notes.txt'))).toEqual(at('notes.txt'))
    expect(await findModels([dir])).toEqual(at('immense.ply', 'more/dot.PLY', 'post.glb', 'wide.glb'))
    expect(await findModels(at('*.glb', 'post.glb'))).toEqual(at('post.glb', 'wide.glb'))
    expect(await findModels(at('**/*.PLY'))).toEqual(at('more/dot.PLY'))
  })

  it('is never nothing', async () => {
    for (const name of ['missing.glb', 'none', '*.obj', 'missing/*.glb']) {
      await expect(findModels([join(dir, name)])).rejects.toMatchObject({ code: 'not-found' })
    }
  })
})
