// PNG files whose bytes do not depend on the machine: run-length deflate has no hash tables for SIMD to vary.
import { constants, crc32, deflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
const RGB = 2
const BITS = 8
/** Each byte as the difference to the pixel above. */
const FILTER_UP = 2

/** @param rgb three bytes for each pixel, row by row */
export function writePng(rgb: Uint8Array, width: number, height: number): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.writeUInt8(BITS, 8)
  header.writeUInt8(RGB, 9)
  const rows = deflateSync(filtered(rgb, width * 3, height), { strategy: constants.Z_RLE })
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))])
}

function filtered(rgb: Uint8Array, stride: number, height: number): Buffer {
  const rows = Buffer.alloc((stride + 1) * height)
  for (let y = 0; y < height; y++) {
    rows[y * (stride + 1)] = FILTER_UP
    for (let i = 0; i < stride; i++) {
      const at = y * stride + i
      rows[at + y + 1] = rgb[at]! - (y > 0 ? rgb[at - stride]! : 0)
    }
  }
  return rows
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(data.length)
  head.write(type, 4, 'latin1')
  const tail = Buffer.alloc(4)
  tail.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])))
  return Buffer.concat([head, data, tail])
}
