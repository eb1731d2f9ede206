import type { z } from 'zod'
import { jsonFloat } from './number-text.ts'
import { type RawNumber, rawNumber } from './raw-json.ts'

/**
 * A value whose floats JSON.stringify prints as floats. All else stays as and where it is, the value itself too where
 * nothing needs it.
 */
export type WithFloats = (value: unknown) => unknown

const asItIs: WithFloats = (value) => value

export function withFloats(schema: z.core.$ZodType): WithFloats {
  const { def } = (schema as z.core.$ZodTypes)._zod
  switch (def.type) {
    case 'default':
    case 'optional':
    case 'nullable':
      return withFloats(def.innerType)
    case 'pipe':
      return withFloats(def.out)
    case 'array':
      return inArray(withFloats(def.element))
    case 'record':
      return inRecord(withFloats(def.valueType))
    case 'object':
      return inObject(def.shape)
    case 'number':
      return 'format' in def ? asItIs : float
    default:
      return asItIs
  }
}

const remembered = new Map<string, RawNumber>([['0.0', rawNumber('0.0')]])

function float(value: unknown): unknown {
  if (typeof value !== 'number') return value
  const text = jsonFloat(value)
  return text === String(value) ? value : (remembered.get(text) ?? rawNumber(text))
}

function inArray(inner: WithFloats): WithFloats {
  if (inner === asItIs) return asItIs
  return (value) => (Array.isArray(value) ? value.map(inner) : value)
}

function inRecord(inner: WithFloats): WithFloats {
  if (inner === asItIs) return asItIs
  return (value) => {
    if (!isObject(value)) return value
    const copy: Record<string, unknown> = {}
    for (const key of Object.keys(value)) copy[key] = inner(value[key])
    return copy
  }
}

function inObject(shape: Readonly<Record<string, z.core.$ZodType>>): WithFloats {
  const fields = Object.entries(shape)
    .map(([key, field]) => [key, withFloats(field)] as const)
    .filter(([, inner]) => inner !== asItIs)
  if (fields.length === 0) return asItIs
  return (value) => {
    if (!isObject(value)) return value
    let copy: Record<string, unknown> | undefined
    for (const [key, inner] of fields) {
      const [before, after] = [value[key], inner(value[key])]
      if (before === after) continue
      copy ??= { ...value }
      copy[key] = after
    }
    return copy ?? value
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
