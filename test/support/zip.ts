/** ZIP archives byte by byte, so that each part of one can lie. */
import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly bytes: Uint8Array
  /** Deflated unless false. */
  readonly deflated?: boolean
  /** With sizes behind the data, as programs write that do not know them before. */
  readonly streamed?: boolean
  /** What the central directory says instead; and the local header, too, where `locally` says nothing else. */
  readonly says?: Partial<Said>
  readonly locally?: Partial<Said>
}

interface Said {
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly crc: number
  readonly packed: number
  readonly size: number
  readonly offset: number
  /** Upper half: the mode of a Unix file. */
  readonly attributes: number
  readonly extra: Uint8Array
}

export interface ZipLies {
  readonly before?: Uint8Array
  readonly between?: Uint8Array
  readonly after?: Uint8Array
  readonly comment?: Uint8Array
  readonly count?: number
  readonly directorySize?: number
}

const u16 = (...values: number[]) => Buffer.from(values.flatMap((value) => [value, value >>> 8]))
const u32 = (...values: number[]) =>
  Buffer.from(values.flatMap((value) => [value, value >>> 8, value >>> 16, value >>> 24]))

export function zip(entries: readonly ZipEntry[], lies: ZipLies = {}): Buffer {
  const parts: Buffer[] = [Buffer.from(lies.before ?? [])]
  const central: Buffer[] = []
  let at = parts[0]?.length ?? 0
  for (const { name, bytes, deflated = true, streamed = false, says = {}, locally = {} } of entries) {
    const packed = deflated ? deflateRawSync(bytes) : Buffer.from(bytes)
    const truth: Said = {
      ...{ name, flags: streamed ? 8 : 0, method: deflated ? 8 : 0, crc: crc32(bytes) },
      ...{ packed: packed.length, size: bytes.length, offset: at, attributes: 0o100644 << 16, extra: Buffer.alloc(0) },
    }
    const here: Said = { ...truth, ...says, ...(streamed && { crc: 0, packed: 0, size: 0 }), ...locally }
    const there: Said = { ...truth, ...says }
    const local = [
      ...[u32(0x04034b50), u16(20, here.flags, here.method, 0, 0x21), u32(here.crc, here.packed, here.size)],
      ...[
        u16(Buffer.byteLength(here.name), here.extra.length),
        Buffer.from(here.name),
        Buffer.from(here.extra),
        packed,
      ],
      ...(streamed ? [u32(0x08074b50, there.crc, there.packed, there.size)] : []),
    ]
    parts.push(...local)
    at += Buffer.concat(local).length
    central.push(
      ...[
        u32(0x02014b50),
        u16(0x0314, 20, there.flags, there.method, 0, 0x21),
        u32(there.crc, there.packed, there.size),
      ],
      ...[u16(Buffer.byteLength(there.name), there.extra.length, 0, 0, 0), u32(there.attributes, there.offset)],
      ...[Buffer.from(there.name), Buffer.from(there.extra)],
    )
  }
  const between = Buffer.from(lies.between ?? [])
  const directory = Buffer.concat(central)
  const comment = Buffer.from(lies.comment ?? [])
  const count = lies.count ?? entries.length
  return Buffer.concat([
    ...[...parts, between, directory, u32(0x06054b50), u16(0, 0, count, count)],
    ...[u32(lies.directorySize ?? directory.length, at + between.length), u16(comment.length), comment],
    Buffer.from(lies.after ?? []),
  ])
}
