import type { z } from 'zod'
import { shortened, show } from './broken.ts'

/** zod's findings in our words: `leader.0.weight: found "much", expected a number`. */
export function describeProblem(issue: z.core.$ZodIssue, input: unknown): string {
  const field = issue.path.map((key) => shortened(String(key))).join('.')
  const found = issue.code === 'invalid_key' ? `the key ${show(issue.path.at(-1))}` : show(valueAt(input, issue.path))
  return `${field === '' ? '' : `${field}: `}found ${found}, expected ${issue.message}`
}

/** Error map for `safeParse`: what was expected, as a noun; the schemas' own messages are nouns already. */
export function expectation(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return NOUNS[issue.expected] ?? issue.expected
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' or ')
    case 'invalid_union':
      return `one of ${JSON.stringify(issue.options ?? [])}`
    case 'invalid_key':
      return issue.issues.map(({ message }) => message).join(', ')
    default:
      return `a valid value (${issue.code})`
  }
}

const NOUNS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  return value
}
