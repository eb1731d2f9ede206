/** Small pictures that can be told apart: a coloured disc for a prompt, and 2×2 previews of discs like it or less like it. */
import sharp from 'sharp'
import type { Question, Side } from '../../../src/judge/judge.ts'
import { GAP } from '../../../src/media/preview.ts'
import { sha256Hex } from '../../../src/rules/digest.ts'

export interface Pixels {
  readonly width: number
  readonly height: number
  /** Red, green, blue, opacity. */
  readonly rgba: Uint8Array
}

export interface Disc {
  /** 0..1 of the edge. */
  readonly radius: number
  readonly red: number
}

const EDGE = 32

/** A disc on white. */
export function disc({ radius, red }: Disc, edge = EDGE): Pixels {
  const rgba = new Uint8Array(edge * edge * 4).fill(255)
  for (let y = 0; y < edge; y++) {
    for (let x = 0; x < edge; x++) {
      const isIn = Math.hypot(x - edge / 2, y - edge / 2) < (radius * edge) / 2
      if (isIn) rgba.set([red, 80, 160, 255], (y * edge + x) * 4)
    }
  }
  return { width: edge, height: edge, rgba }
}

export function grid(view: Pixels): Pixels {
  const edge = view.width
  const width = 2 * edge + GAP
  const rgba = new Uint8Array(width * width * 4)
  for (let i = 3; i < rgba.length; i += 4) rgba[i] = 255
  for (const [top, left] of [0, edge + GAP].flatMap((top) => [0, edge + GAP].map((left) => [top, left] as const)))
    for (let y = 0; y < edge; y++)
      rgba.set(view.rgba.subarray(y * edge * 4, (y + 1) * edge * 4), ((top + y) * width + left) * 4)
  return { width, height: width, rgba }
}

export const png = ({ width, height, rgba }: Pixels): Promise<Uint8Array> =>
  sharp(rgba, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer()

export const sideOf = async (shown: Disc): Promise<Side> => sideWith(await png(grid(disc(shown))))

export const sideWith = (bytes: Uint8Array): Side => ({ modelSha256: sha256Hex(bytes), modelUrl: '', png: bytes })

export const WANTED: Disc = { radius: 0.8, red: 220 }
export const CLOSE: Disc = { radius: 0.7, red: 220 }
export const FAR: Disc = { radius: 0.2, red: 20 }

export async function questionOf(name: string, left: Disc, right: Disc, seed = 7): Promise<Question> {
  const prompt = { name, url: 'https://prompts.test/p.png', image: await png(disc(WANTED, 64)) }
  return { seed, prompt, left: await sideOf(left), right: await sideOf(right) }
}
