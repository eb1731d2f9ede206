/** A small model that every renderer has to draw: a grey can. */
import { writeGlb } from '../demo/glb-writer.ts'
import type { Ring } from '../demo/lathe.ts'
import { writePly } from '../demo/ply-writer.ts'
import type { ModelKind } from '../media/renderer.ts'

const ring = (height: number): Ring => ({ height, radius: 0.3, outward: 1, upward: 0, colour: [128, 128, 128] })
const CAN = { strips: [[ring(-0.4), ring(0), ring(0.4)]] }

export const sampleModel = (kind: ModelKind): Uint8Array => (kind === 'glb' ? writeGlb(CAN, 16) : writePly(CAN, 64))
