// The sRGB transfer curve (IEC 61966-2-1) as tables.
import { exp, ln } from './elementary.ts'

/** Linear light 0..1 of an sRGB byte. */
export const LINEAR_OF_SRGB = Float64Array.from({ length: 256 }, (_, byte) => {
  const c = byte / 255
  return c <= 0.04045 ? c / 12.92 : exp(2.4 * ln((c + 0.055) / 1.055))
})

const STEPS = 4096
const SRGB_OF_LINEAR = Uint8Array.from({ length: STEPS + 1 }, (_, step) => {
  const c = step / STEPS
  const encoded = c <= 0.0031308 ? c * 12.92 : 1.055 * exp(ln(c) / 2.4) - 0.055
  return Math.floor(encoded * 255 + 0.5)
})

/** The sRGB byte of linear light; values outside 0..1 are clipped. */
export function srgbOfLinear(light: number): number {
  if (!(light > 0)) return 0
  return SRGB_OF_LINEAR[light >= 1 ? STEPS : Math.floor(light * STEPS + 0.5)]!
}

/** Quarters of light, in steps of the table: exact, as powers of two are. */
const QUARTER_STEPS = LINEAR_OF_SRGB.map((light) => light * (STEPS / 4))

/** The sRGB byte of the mean light of four sRGB bytes. */
export function meanOfFour(a: number, b: number, c: number, d: number): number {
  return SRGB_OF_LINEAR[(QUARTER_STEPS[a]! + QUARTER_STEPS[b]! + QUARTER_STEPS[c]! + QUARTER_STEPS[d]! + 0.5) | 0]!
}
