// The accessors of one primitive, checked against each other before anything is copied.
import { FileFault } from '../file-fault.ts'
import { type Accessor, openAccessor } from './accessor.ts'
import type { GlbDocument } from './document.ts'
import { object, whole } from './json.ts'
import type { Instance } from './scene.ts'

export interface Primitive extends Instance {
  readonly position: Accessor
  readonly normal: Accessor | undefined
  readonly tangent: Accessor | undefined
  readonly coordinate: Accessor | undefined
  readonly second: Accessor | undefined
  readonly colour: Accessor | undefined
  /** Vertices are taken in their order where there is none. */
  readonly index: Accessor | undefined
  readonly vertices: number
  readonly triangles: number
}

const TRIANGLES = 4

/** @throws FileFault */
export function openPrimitive(document: GlbDocument, instance: Instance): Primitive {
  const { primitive, where } = instance
  if (whole(primitive.mode, `${where}.mode`, TRIANGLES) !== TRIANGLES) {
    throw new FileFault('unsupported', `${where} is not made of triangles`)
  }
  const attributes = object(primitive.attributes, `${where}.attributes`)
  const open = (name: string, widths: readonly number[]): Accessor | undefined => {
    if (attributes[name] === undefined) return undefined
    const accessor = openAccessor(document, attributes[name], `${where}.${name}`)
    if (widths.includes(accessor.width)) return accessor
    throw new FileFault('format', `${where}.${name} has ${accessor.width} numbers an element`)
  }
  const position = open('POSITION', [3])
  if (position === undefined) throw new FileFault('format', `${where} has no POSITION`)
  const normal = open('NORMAL', [3])
  const tangent = open('TANGENT', [4])
  const coordinate = open('TEXCOORD_0', [2])
  const second = open('TEXCOORD_1', [2])
  const colour = open('COLOR_0', [3, 4])
  for (const attribute of [normal, tangent, coordinate, second, colour]) {
    if (attribute !== undefined && attribute.count !== position.count) {
      throw new FileFault('format', `the attributes of ${where} have different counts`)
    }
  }
  const index =
    primitive.indices === undefined ? undefined : openAccessor(document, primitive.indices, `${where}.indices`)
  if (index !== undefined && !(index.unsigned && index.width === 1)) {
    throw new FileFault('format', `${where}.indices are not unsigned integers`)
  }
  const corners = index?.count ?? position.count
  if (corners % 3 !== 0) throw new FileFault('format', `${where} ends within a triangle`)
  const counts = { vertices: position.count, triangles: corners / 3 }
  return { ...instance, ...counts, position, normal, tangent, coordinate, second, colour, index }
}
