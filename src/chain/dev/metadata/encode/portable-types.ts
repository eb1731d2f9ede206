/** The registry of types in the metadata: every type once, with a number by which all others refer to it. */
import { compact, join, list, u8, u32 } from '../../../scale.ts'
import { type Fields, isPositional, type Outer, type Type, typesOf, type Variant } from '../types.ts'
import { NO_DOCS, optional, text } from './parts.ts'

export class PortableTypes {
  readonly #outer: Readonly<Record<Outer, Type>>
  readonly #outerNumbers = new Map<Outer, number>()
  /** By content: types that are described alike are one. */
  readonly #numbers = new Map<string, number>()
  readonly #seen = new Map<Type, number>()
  readonly #types: Uint8Array[] = []

  constructor(outer: Readonly<Record<Outer, Type>>) {
    this.#outer = outer
  }

  /** As others refer to it. Its own parts are numbered before it, unless they contain it. */
  refer(type: Type): Uint8Array {
    if (type.kind === 'reference') return compact(this.#numberOfOuter(type.to))
    const number = this.#seen.get(type) ?? this.#numberOf(this.#describe(type))
    this.#seen.set(type, number)
    return compact(number)
  }

  /** All types that were referred to. */
  encode(): Uint8Array {
    return list(this.#types.map((type, number) => join(compact(number), type)))
  }

  #numberOf(description: Uint8Array): number {
    const content = Buffer.from(description).toString('base64')
    const number = this.#numbers.get(content) ?? this.#types.push(description) - 1
    this.#numbers.set(content, number)
    return number
  }

  /** A call may be a batch of calls: the number is given before the type is described. */
  #numberOfOuter(name: Outer): number {
    const known = this.#outerNumbers.get(name)
    if (known !== undefined) return known
    const number = this.#types.push(new Uint8Array()) - 1
    this.#outerNumbers.set(name, number)
    this.#types[number] = this.#describe(this.#outer[name])
    return number
  }

  #describe(type: Type): Uint8Array {
    const named = type.kind === 'struct' || type.kind === 'enum' ? type : undefined
    const path = list((named?.path.split('::') ?? []).map(text))
    const params = list((named?.params ?? []).map(([name, of]) => join(text(name), optional(of && this.refer(of)))))
    return join(path, params, this.#define(type), NO_DOCS)
  }

  #define(type: Type): Uint8Array {
    switch (type.kind) {
      case 'struct':
        return join(u8(0), this.#fields(type.fields))
      case 'enum':
        return join(u8(1), list(type.variants.map((each) => this.#variant(each))))
      case 'sequence':
        return join(u8(2), this.refer(type.of))
      case 'array':
        return join(u8(3), u32(type.length), this.refer(type.of))
      case 'tuple':
        return join(u8(4), list(type.of.map((each) => this.refer(each))))
      case 'primitive':
        return join(u8(5), u8(type.index))
      case 'compact':
        return join(u8(6), this.refer(type.of))
      case 'reference':
        return this.#define(this.#outer[type.to])
    }
  }

  #variant = ({ index, name, fields }: Variant) => join(text(name), this.#fields(fields), u8(index), NO_DOCS)

  #fields(fields: Fields): Uint8Array {
    const labels = isPositional(fields) ? [] : Object.keys(fields)
    const noTypeName = optional(undefined)
    return list(
      typesOf(fields).map((type, at) =>
        join(optional(labels[at] === undefined ? undefined : text(labels[at])), this.refer(type), noTypeName, NO_DOCS),
      ),
    )
  }
}
