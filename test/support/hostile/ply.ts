// Hostile PLY files, each with the fault that it has to be refused for.
import { MAX_SPLATS } from '../../../src/media/limits.ts'
import { PLY_PROPERTIES, plyHeader, writePly } from '../models.ts'
import type { HostileFile } from './hostile-file.ts'

const text = (value: string) => Buffer.from(value, 'latin1')
const good = writePly([{ at: [0, 0, 0] }])
const header = plyHeader(1)
const bytesFor = (properties: readonly string[]) => Buffer.alloc(properties.length * 4)
const rest = (count: number) => [...PLY_PROPERTIES, ...Array.from({ length: count }, (_, i) => `f_rest_${i}`)]

const files = (): [name: string, code: HostileFile['code'], bytes: Uint8Array][] => [
  ['nothing', 'format', new Uint8Array()],
  ['something else', 'format', text('solid cube\n')],
  ['a header that does not end', 'truncated', text(header.slice(0, 200))],
  ['a header of 70 KB', 'limit', text(header.replace('element', `comment ${'x'.repeat(70_000)}\nelement`))],
  ['ASCII', 'unsupported', text(header.replace('binary_little_endian', 'ascii'))],
  ['big endian', 'unsupported', text(header.replace('little', 'big'))],
  ['a list in a vertex', 'unsupported', text(header.replace('float x', 'list uchar int x'))],
  ['faces before vertices', 'unsupported', text(header.replace('element vertex', 'element face 0\nelement vertex'))],
  ['no opacity', 'unsupported', text(header.replace('float opacity', 'float other'))],
  ['doubles', 'unsupported', text(header.replace('float x', 'double x'))],
  ['one name twice', 'format', text(header.replace('float y', 'float x'))],
  ['an unknown line', 'format', text(header.replace('element', 'elephant\nelement'))],
  ['a count of no sense', 'format', text(plyHeader('-1'))],
  ['an exponent for a count', 'format', text(plyHeader('1e300'))],
  ['no splats', 'empty', text(plyHeader(0))],
  ['more splats than bytes', 'truncated', Buffer.concat([text(plyHeader(1_000_000)), Buffer.alloc(100)])],
  ['more splats than we draw', 'limit', text(plyHeader(MAX_SPLATS + 1))],
  ['an absurd count', 'limit', text(plyHeader(999_999_999_999_999))],
  ['one byte too few', 'truncated', good.subarray(0, good.length - 1)],
  [
    'spherical harmonics of no degree',
    'unsupported',
    Buffer.concat([text(plyHeader(1, rest(10))), bytesFor(rest(10))]),
  ],
  [
    'spherical harmonics with a gap',
    'unsupported',
    Buffer.concat([text(plyHeader(1, rest(9)).replace('f_rest_8', 'f_rest_9')), bytesFor(rest(9))]),
  ],
  [
    'spherical harmonics in bytes',
    'unsupported',
    Buffer.concat([text(plyHeader(1, rest(9)).replace('float f_rest_3', 'uchar f_rest_3')), bytesFor(rest(9))]),
  ],
  ['infinite spherical harmonics', 'empty', Buffer.concat([text(plyHeader(1, rest(45))), infiniteRest()])],
  ['nothing but NaN', 'empty', Buffer.concat([text(plyHeader(3)), Buffer.alloc(3 * PLY_PROPERTIES.length * 4, 0xff)])],
  ['nothing but zeros', 'empty', Buffer.concat([text(plyHeader(3)), Buffer.alloc(3 * PLY_PROPERTIES.length * 4)])],
  ['a hexadecimal count', 'format', text(plyHeader('0x10'))],
  ['a count with a sign', 'format', text(plyHeader('+1'))],
  ['no count', 'format', text(plyHeader(''))],
  ['properties before elements', 'format', text(header.replace('element', 'property float w\nelement'))],
  ['no vertices', 'format', text('ply\nformat binary_little_endian 1.0\nend_header\n')],
  ['another version', 'unsupported', text(header.replace('1.0', '2.0'))],
  ['line ends of old Macs', 'format', text(header.replaceAll('\n', '\r'))],
  ['a zero in the header', 'format', text(header.replace('element', '\0element'))],
  ['a property without type', 'unsupported', text(header.replace('property float x', 'property'))],
  ['a prototype for a property', 'unsupported', text(header.replace('float x', 'float __proto__'))],
  ['more bytes than are read', 'limit', Buffer.concat([good, Buffer.alloc(200 * 2 ** 20)])],
]

function infiniteRest(): Uint8Array {
  const row = bytesFor(rest(45))
  row.writeFloatLE(1, PLY_PROPERTIES.indexOf('rot_0') * 4)
  row.writeFloatLE(Number.POSITIVE_INFINITY, row.length - 4)
  return row
}

export const hostilePlys = (): HostileFile[] =>
  files().map(([name, code, bytes]) => ({ name, kind: 'ply' as const, code, bytes }))
