/** One figure for every model of the benchmark: balls and rings, coloured by patterns, within the unit cube. */

export type Triple = readonly [x: number, y: number, z: number]

export interface Part {
  readonly kind: 'ball' | 'ring'
  readonly centre: Triple
  readonly radii: Triple
  readonly colours: readonly [Triple, Triple]
  /** How often the colours take turns around, and from top to bottom. */
  readonly repeats: readonly [around: number, along: number]
}

export const FIGURE: readonly Part[] = [
  part('ball', [0, -0.16, 0], [0.26, 0.3, 0.22], [0.75, 0.33, 0.2], [0.93, 0.78, 0.5], [10, 7]),
  part('ball', [0.02, 0.24, 0.02], [0.17, 0.17, 0.16], [0.2, 0.42, 0.62], [0.85, 0.88, 0.82], [8, 4]),
  part('ring', [0, 0.06, 0], [0.24, 0.16, 0.24], [0.16, 0.5, 0.27], [0.7, 0.75, 0.2], [24, 2]),
  part('ring', [0.25, -0.1, 0.08], [0.15, 0.2, 0.15], [0.55, 0.2, 0.5], [0.9, 0.6, 0.75], [12, 4]),
  part('ball', [-0.26, -0.3, 0.16], [0.13, 0.13, 0.13], [0.1, 0.1, 0.12], [0.6, 0.6, 0.62], [6, 6]),
  part('ring', [0, -0.42, 0], [0.36, 0.14, 0.36], [0.35, 0.25, 0.18], [0.5, 0.4, 0.3], [40, 3]),
]

function part(kind: Part['kind'], centre: Triple, radii: Triple, a: Triple, b: Triple, repeats: Part['repeats']): Part {
  return { kind, centre, radii, colours: [a, b], repeats }
}

export interface Place {
  readonly at: Triple
  /** Unit, outwards. */
  readonly normal: Triple
}

/** @param u once around, 0..1 @param v from top to bottom, or once around the ring's section, 0..1 */
export function placeOn({ kind, centre, radii }: Part, u: number, v: number): Place {
  const around = 2 * Math.PI * u
  const along = kind === 'ball' ? Math.PI * v : 2 * Math.PI * v
  // The profile that turns about the y axis, and its outward direction.
  const [out, up] = [Math.sin(along), Math.cos(along)]
  const [radius, height] = kind === 'ball' ? [out, up] : [0.75 + 0.25 * out, 0.25 * up]
  const [sine, cosine] = [Math.sin(around), Math.cos(around)]
  const normal = [(out * sine) / radii[0], up / radii[1], (out * cosine) / radii[2]]
  const length = Math.hypot(...normal)
  return {
    at: [centre[0] + radius * sine * radii[0], centre[1] + height * radii[1], centre[2] + radius * cosine * radii[2]],
    normal: normal.map((value) => value / length) as unknown as Triple,
  }
}

/** Area of the surface for each unit of u and v there. */
export function density(part: Part, u: number, v: number): number {
  const step = 1e-4
  const [here, right, below] = [placeOn(part, u, v), placeOn(part, u + step, v), placeOn(part, u, v + step)]
  const a = right.at.map((value, k) => (value - here.at[k]!) / step) as unknown as Triple
  const b = below.at.map((value, k) => (value - here.at[k]!) / step) as unknown as Triple
  return Math.hypot(a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])
}

/** Display colour, 0..1. */
export function colourOn({ colours, repeats }: Part, u: number, v: number): Triple {
  const mix = 0.5 + 0.5 * Math.sin(2 * Math.PI * repeats[0] * u + 2 * Math.sin(2 * Math.PI * repeats[1] * v))
  return colours[0].map((value, k) => value + (colours[1][k]! - value) * mix) as unknown as Triple
}

/** The same numbers in every run (Vigna's splitmix, 32 bits). @returns 0..1 */
export function numbersFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}
