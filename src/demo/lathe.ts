// Surfaces of revolution about the Y axis: a profile of curved parts, sampled to rings.

/** sRGB, 0..255 each. */
export type Colour = readonly [red: number, green: number, blue: number]

export interface Ring {
  readonly height: number
  readonly radius: number
  /** Unit normal of the surface. */
  readonly outward: number
  readonly upward: number
  readonly colour: Colour
}

/** Rings from the bottom to the top; the surface runs from ring to ring within a strip, and edges are sharp between. */
export interface Lathe {
  readonly strips: readonly (readonly Ring[])[]
}

/** A smooth curve through its points, painted with bands along it. */
export interface Part {
  readonly points: readonly (readonly [height: number, radius: number])[]
  /** Each from where the one before ended to `upTo`, a share of the curve; the last one is to end at 1. */
  readonly bands: readonly { readonly upTo: number; readonly colour: Colour }[]
}

/** Longest side of a finished object; a model has to fit into the unit cube. */
const EXTENT = 0.96

/** @param samples rings per interval between two points of a curve */
export function latheOf(parts: readonly Part[], samples: number): Lathe {
  return { strips: fitted(parts).flatMap((part) => stripsOf(part, samples)) }
}

/** Centred, and scaled so that the longest side is 0.96. */
function fitted(parts: readonly Part[]): Part[] {
  const points = parts.flatMap((part) => part.points)
  const low = Math.min(...points.map(([height]) => height))
  const high = Math.max(...points.map(([height]) => height))
  const widest = Math.max(...points.map(([, radius]) => radius))
  const scale = EXTENT / Math.max(high - low, 2 * widest)
  const centre = (low + high) / 2
  return parts.map((part) => ({
    ...part,
    points: part.points.map(([height, radius]) => [(height - centre) * scale, radius * scale] as const),
  }))
}

function stripsOf({ points, bands }: Part, samples: number): Ring[][] {
  const steps = points.length > 2 ? samples * (points.length - 1) : 1
  const ringAt = (share: number, colour: Colour): Ring => {
    const [height, radius] = curve(points, share)
    const [h0, r0] = curve(points, Math.max(0, share - 0.5 / steps))
    const [h1, r1] = curve(points, Math.min(1, share + 0.5 / steps))
    return { height, radius, ...normalOf(h1 - h0, r1 - r0), colour }
  }
  let from = 0
  return bands.map(({ upTo, colour }) => {
    const count = Math.max(1, Math.round((upTo - from) * steps))
    const start = from
    from = upTo
    return Array.from({ length: count + 1 }, (_, i) => ringAt(start + ((upTo - start) * i) / count, colour))
  })
}

/** Of a profile that goes this way: right-hand side of the direction, which is outside when it runs upwards. */
export function normalOf(up: number, out: number): { outward: number; upward: number } {
  const length = Math.sqrt(up * up + out * out)
  return length > 0 ? { outward: up / length, upward: -out / length } : { outward: 1, upward: 0 }
}

/** Catmull-Rom spline through all points, straight for two; never beyond the axis. */
function curve(points: Part['points'], share: number): readonly [number, number] {
  const last = points.length - 1
  const k = Math.min(last - 1, Math.floor(share * last))
  const t = share * last - k
  const [b, c] = [points[k]!, points[k + 1]!]
  if (last === 1) return [b[0] + (c[0] - b[0]) * t, b[1] + (c[1] - b[1]) * t]
  const [a, d] = [points[k - 1] ?? b, points[k + 2] ?? c]
  const mix = (axis: 0 | 1) => {
    const [p, q, r, s] = [a[axis], b[axis], c[axis], d[axis]]
    return q + 0.5 * t * (r - p + t * (2 * p - 5 * q + 4 * r - s + t * (3 * (q - r) + s - p)))
  }
  return [mix(0), Math.max(0, mix(1))]
}
