/** 1 − cos of the angle between two embeddings, 0 to 2; NaN where there is no angle. Summed in the order of the elements. */
export function cosineDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.NaN
  let product = 0
  let squareA = 0
  let squareB = 0
  for (let i = 0; i < a.length; i++) {
    product += a[i]! * b[i]!
    squareA += a[i]! * a[i]!
    squareB += b[i]! * b[i]!
  }
  return 1 - product / (Math.sqrt(squareA) * Math.sqrt(squareB))
}
