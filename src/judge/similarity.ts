/** Name and version of the offline judge: raised whenever it may answer otherwise. */
export const OFFLINE_JUDGE = 'offline-similarity/1'
/** Differences up to this one are draws. */
export const TOLERANCE = 0.01

/** How far each side's preview is from the prompt image: 0 for equal pictures. */
export interface Distances {
  readonly left: number
  readonly right: number
}

/** The closer side wins; a difference within the tolerance is a draw. Pure, so that an auditor can decide again. */
export function closerSide(distances: Distances, tolerance: number): 'left' | 'right' | 'draw' {
  if (Math.abs(distances.left - distances.right) <= tolerance) return 'draw'
  return distances.left < distances.right ? 'left' : 'right'
}
