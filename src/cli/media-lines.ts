/** How models and pictures are told to people. */
import type { Check } from '../media/check-file.ts'

const number = (value: number) => value.toLocaleString('en-GB')

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 2 ** 20 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`
}

/** `12 triangles, 24 vertices, 1.5 KiB` */
export function describeCounts({ bytes, counts }: Extract<Check, { ok: true }>): string {
  if (counts === null) return size(bytes)
  if ('triangles' in counts) {
    return `${number(counts.triangles)} triangles, ${number(counts.vertices)} vertices, ${size(bytes)}`
  }
  const left =
    counts.left_out === 0 ? '' : ` (${number(counts.left_out)} more are left out: not finite, or no ellipsoid)`
  return `${number(counts.splats)} splats${left}, ${size(bytes)}`
}
