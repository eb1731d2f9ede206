// Typed views into the binary chunk, checked against what is there before anything is copied.
import { FileFault } from '../file-fault.ts'
import type { GlbDocument } from './document.ts'
import { entry, whole } from './json.ts'

export interface Accessor {
  readonly count: number
  /** Numbers in an element: 1 for SCALAR, 3 for VEC3… */
  readonly width: number
  /** Number `k` of element `index`; normalised integers become 0..1 or -1..1. */
  readonly read: (index: number, k: number) => number
  /** Whether elements are unsigned integers, as indices must be. */
  readonly unsigned: boolean
}

const WIDTHS: ReadonlyMap<unknown, number> = new Map([
  ['SCALAR', 1],
  ['VEC2', 2],
  ['VEC3', 3],
  ['VEC4', 4],
])

/** How a component type is read; `scale` is what normalised integers are divided by. */
interface Component {
  readonly size: number
  readonly scale: number
  readonly get: (view: DataView, at: number) => number
}
const FLOAT = 5126
const COMPONENTS: ReadonlyMap<unknown, Component> = new Map([
  [5120, { size: 1, scale: 127, get: (view: DataView, at: number) => view.getInt8(at) }],
  [5121, { size: 1, scale: 255, get: (view: DataView, at: number) => view.getUint8(at) }],
  [5122, { size: 2, scale: 32767, get: (view: DataView, at: number) => view.getInt16(at, true) }],
  [5123, { size: 2, scale: 65535, get: (view: DataView, at: number) => view.getUint16(at, true) }],
  [5125, { size: 4, scale: 4294967295, get: (view: DataView, at: number) => view.getUint32(at, true) }],
  [FLOAT, { size: 4, scale: 1, get: (view: DataView, at: number) => view.getFloat32(at, true) }],
])
const UNSIGNED: readonly unknown[] = [5121, 5123, 5125]

/** @throws FileFault */
export function openAccessor(document: GlbDocument, index: unknown, where: string): Accessor {
  const accessor = entry(document.accessors, index, where)
  if (accessor.sparse !== undefined) throw new FileFault('unsupported', `${where} is sparse`)
  if (accessor.bufferView === undefined) throw new FileFault('unsupported', `${where} has no buffer view`)
  const width = WIDTHS.get(accessor.type)
  const component = COMPONENTS.get(accessor.componentType)
  if (width === undefined || component === undefined) throw new FileFault('format', `${where} has an unknown type`)
  const count = whole(accessor.count, `${where}.count`)
  const bytes = bufferView(document, accessor.bufferView, `${where}.bufferView`)
  const start = whole(accessor.byteOffset, `${where}.byteOffset`, 0)
  const element = width * component.size
  const stride = bytes.stride === 0 ? element : bytes.stride
  if (stride < element) throw new FileFault('format', `${where} has elements that overlap`)
  if (count > 0 && start + (count - 1) * stride + element > bytes.data.length) {
    throw new FileFault('truncated', `${where} reaches beyond its buffer view`)
  }
  const view = new DataView(bytes.data.buffer, bytes.data.byteOffset, bytes.data.byteLength)
  const { get, size } = component
  const divide = accessor.normalized === true ? component.scale : 1
  return {
    count,
    width,
    unsigned: UNSIGNED.includes(accessor.componentType) && divide === 1,
    read: (element, k) => {
      const value = get(view, start + element * stride + k * size) / divide
      return value < -1 && divide !== 1 ? -1 : value
    },
  }
}

/** @throws FileFault */
export function bufferView(
  document: GlbDocument,
  index: unknown,
  where: string,
): { readonly data: Uint8Array /** 0 when elements lie close together */; readonly stride: number } {
  const view = entry(document.bufferViews, index, where)
  if (whole(view.buffer, `${where}.buffer`) !== 0) throw new FileFault('reference', `${where} is in another buffer`)
  const start = whole(view.byteOffset, `${where}.byteOffset`, 0)
  const length = whole(view.byteLength, `${where}.byteLength`)
  const stride = whole(view.byteStride, `${where}.byteStride`, 0)
  if (start + length > document.binary.length) {
    throw new FileFault('truncated', `${where} reaches beyond the binary chunk`)
  }
  return { data: document.binary.subarray(start, start + length), stride }
}
