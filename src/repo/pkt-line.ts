/** The frames of git's wire protocol: four hex digits of length, themselves included, and so many bytes less four. */

export const FLUSH = '0000'
export const DELIMITER = '0001'

export function pktLine(text: string): string {
  return `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`
}

/**
 * The frames of an answer, as far as it is there; special ones (flush, delimiter, end) are empty.
 * @throws Error where a length is none
 */
export function pktLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let at = 0; at + 4 <= bytes.length; ) {
    const digits = bytes.toString('latin1', at, at + 4)
    if (!/^[0-9a-f]{4}$/i.test(digits)) throw new Error('not the length of a frame')
    const length = Number.parseInt(digits, 16)
    if (at + length > bytes.length) break
    lines.push(bytes.subarray(at + 4, at + Math.max(4, length)))
    at += Math.max(4, length)
  }
  return lines
}
