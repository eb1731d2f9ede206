// What a miner's image does: picture and seed in, model out; the same model for the same input, anywhere.
import { decodeImage } from '../media/decode-image.ts'
import type { ModelKind } from '../media/renderer.ts'
import { sha256Hex } from '../rules/digest.ts'
import { Dice } from './dice.ts'
import { writeGlb } from './glb-writer.ts'
import { writePly } from './ply-writer.ts'
import type { Quality } from './quality.ts'
import { reconstruct } from './reconstruct.ts'

const MAX_PIXELS = 2048 * 2048

/** @param image PNG, JPEG or WebP @throws ImageProblem when it cannot be decoded */
export async function generate(
  image: Uint8Array,
  seed: number,
  quality: Quality,
  kind: ModelKind,
): Promise<Uint8Array> {
  const pixels = await decodeImage(image, MAX_PIXELS)
  // By pixels: the same picture gives the same model, however it was encoded.
  const lathe = reconstruct(pixels, quality, new Dice(seed, sha256Hex(pixels.rgba)), kind === 'glb')
  return kind === 'glb' ? writeGlb(lathe, quality.segments) : writePly(lathe, quality.rows * quality.segments)
}
