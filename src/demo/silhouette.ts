// What of a picture is the object, taken to be a symmetric thing on white.

export interface Pixels {
  readonly width: number
  readonly height: number
  /** Red, green, blue, opacity, row by row. */
  readonly rgba: Uint8Array
}

/** A channel darker than this is no background. */
const WHITE = 247

/** Half the object's width in each row, in pixels; 0 where there is none. */
export function halfWidths({ width, height, rgba }: Pixels): Float64Array {
  const isObject = (x: number, y: number) => {
    const at = (y * width + x) * 4
    return Math.min(rgba[at]!, rgba[at + 1]!, rgba[at + 2]!) < WHITE
  }
  return Float64Array.from({ length: height }, (_, y) => {
    let left = 0
    while (left < width && !isObject(left, y)) left++
    let right = width - 1
    while (right > left && !isObject(right, y)) right--
    return left === width ? 0 : (right - left + 1) / 2
  })
}
