/** Log lines as people read them on a terminal: `12:00:05 warn  verify: failed …`, with what to do below. */
import { styleText } from 'node:util'
import { z } from 'zod'
import type { Lines } from './log.ts'

const entry = z.looseObject({
  level: z.string(),
  at: z.string(),
  message: z.string().default(''),
  job: z.string().optional(),
  error: z
    .looseObject({
      message: z.string(),
      where: z.string().optional(),
      hint: z.string().optional(),
      stack: z.string().optional(),
    })
    .optional(),
})

const COLOURS = { error: 'red', warn: 'yellow', info: 'green', debug: 'dim' } as const
const INDENT = '\n                '

/** @param print takes a line, or several, without the last break */
export const linesForPeople = (print: (text: string) => void): Lines => ({
  write(line) {
    print(lineOf(line))
  },
})

function lineOf(line: string): string {
  const parsed = entry.safeParse(jsonOf(line))
  if (!parsed.success) return line.trimEnd()
  const { level, at, message, job, error } = parsed.data
  const colour = COLOURS[level as keyof typeof COLOURS] ?? 'dim'
  const head = `${at.slice(11, 19)} ${styleText(colour, level.padEnd(5))}  ${job === undefined ? '' : `${job}: `}${message}`
  if (error === undefined) return head
  const below = [
    error.message,
    error.where && `where  ${error.where}`,
    error.hint && `do     ${error.hint}`,
    error.stack,
  ]
  return [head, ...below.filter((text) => text)].join(INDENT)
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
