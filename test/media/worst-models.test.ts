import { readFile } from 'node:fs/promises'
import sharp from 'sharp'
import { afterEach, describe, expect, it } from 'vitest'
import { MAX_MODEL_BYTES, MAX_SPLATS, MAX_TRIANGLES } from '../../src/media/limits.ts'
import { RenderChild } from '../../src/media/render-child.ts'
import type { ModelKind } from '../../src/media/renderer.ts'
import { glbParts, PLY_PROPERTIES, packGlb, plyHeader, sphere, writePly } from '../support/models.ts'
import { addTexture } from '../support/textured-models.ts'

/** Of memory in use at once, in MiB: far below the ceiling, so that no valid file ever meets it. */
const MOST = 1_400
/** Four of these are all that `MAX_TEXELS` lets in. */
const EDGE = 4096

let child: RenderChild | undefined
afterEach(() => child?.end())

/** Draws in a process of its own, and asks the system what that process ever needed. */
async function peakOf(kind: ModelKind, bytes: Uint8Array): Promise<number> {
  child = new RenderChild({ timeoutMs: 60_000, memoryMb: 4096, script: undefined })
  const rendering = await child.draw({ kind, bytes, size: 16, compat: false })
  if (!rendering.ok) throw new Error(`${rendering.code}: ${rendering.detail}`)
  const status = await readFile(`/proc/${child.pid}/status`, 'latin1')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024
}

/** As many equal splats as fit, with that many further floats each. */
function manySplats(rest: number): Uint8Array {
  const properties = [...PLY_PROPERTIES, ...Array.from({ length: rest }, (_, i) => `f_rest_${i}`)]
  const one = Buffer.from(writePly([{ at: [0.3, 0.2, 0.1] }])).subarray(plyHeader(1).length)
  const row = Buffer.concat([one, Buffer.alloc(rest * 4)])
  const header = Buffer.from(plyHeader('0000000', properties))
  const count = Math.min(MAX_SPLATS, Math.floor((MAX_MODEL_BYTES - header.length) / row.length))
  const head = Buffer.from(plyHeader(String(count).padStart(7, '0'), properties))
  return Buffer.concat([head, Buffer.alloc(count * row.length, row)])
}

function manyTriangles(): Uint8Array {
  const segments = Math.floor(Math.sqrt(MAX_TRIANGLES / 2)) - 1
  return packGlb(glbParts({ ...sphere(0.5, 8), indices: Array.from({ length: segments ** 2 * 6 }, (_, i) => i % 81) }))
}

async function manyTexels(): Promise<Uint8Array> {
  const parts = glbParts(sphere(0.5, 8))
  const blank = sharp({ create: { width: EDGE, height: EDGE, channels: 3, background: '#fa3' } })
  const image = await blank.png({ compressionLevel: 1 }).toBuffer()
  const [a, b, c, d] = [0, 1, 2, 3].map(() => ({ index: addTexture(parts, image) }))
  const [material] = parts.json.materials
  Object.assign(material.pbrMetallicRoughness, { baseColorTexture: a, metallicRoughnessTexture: b })
  Object.assign(material, { normalTexture: c, emissiveTexture: d, emissiveFactor: [1, 1, 1] })
  return packGlb(parts)
}

describe.skipIf(process.platform !== 'linux')('the largest files that are let in', () => {
  it.each([
    ['splats with spherical harmonics', 'ply', async () => manySplats(45)],
    ['triangles', 'glb', async () => manyTriangles()],
    ['texels', 'glb', manyTexels],
  ] as const)('need no more memory than there is: %s', async (_, kind, bytes) => {
    expect(await peakOf(kind, await bytes())).toBeLessThan(MOST)
  })
})
