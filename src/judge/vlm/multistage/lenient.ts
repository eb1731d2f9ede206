/** The staged judge reads what it can: after 404-GEN's call wrapper. Pure. */
import { z } from 'zod'
import type { Candidates } from '../read-answer.ts'

/** As it is; inside a fence; between the outermost braces; and that without trailing commas. */
export const lenient: Candidates = (content) => {
  const fenced = content.split('```', 3)
  const braces = content.slice(content.indexOf('{'), content.lastIndexOf('}') + 1)
  return [
    content,
    ...(fenced.length < 3 ? [] : [(fenced[1] ?? '').replace(/^json/, '')]),
    braces,
    braces.replace(/,\s*([}\]])/g, '$1'),
  ]
}

/** Numbers as texts or with a fraction, too: rounded. */
const penalty = z.preprocess((value) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' ? Math.round(number) : number
}, z.int())

export const penaltiesSchema = z.object({ penalty_1: penalty, penalty_2: penalty, issues: z.string().default('') })
