/** What metadata is made of besides types. */
import { join, list, sized, u8 } from '../../../scale.ts'

export const text = (value: string) => sized(new TextEncoder().encode(value))
export const optional = (value: Uint8Array | undefined) => (value === undefined ? u8(0) : join(u8(1), value))

/** Said in the sources instead. */
export const NO_DOCS = list([])
export const NOT_DEPRECATED = u8(0)
/** Of the variants of an enum. */
export const NONE_DEPRECATED = list([])
