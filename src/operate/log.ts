/** The log of a process that serves: a JSON line an event, by pino, or lines for people; never with a secret. */
import pino, { type Logger } from 'pino'
import { toldOf } from './told.ts'

export const logLevels = ['error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]
export type Log = Logger

/** Takes whole lines, with their line break. */
export interface Lines {
  write(line: string): void
}

export interface LogOptions {
  readonly level: LogLevel
  readonly lines: Lines
  readonly mask: (text: string) => string
  /** With stacks of errors. */
  readonly debug?: boolean
}

/** Fields that may hold a secret, wherever somebody puts an object into the log. */
const SECRET_FIELDS = ['token', 'password', 'authorization', 'secret', 'key', 'credentials', 'mnemonic', 'cookie']
const redact = { paths: SECRET_FIELDS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '***' }

export function makeLog({ level, lines, mask, debug = false }: LogOptions): Log {
  const shown = (error: unknown) => ({
    ...toldOf(error, mask),
    ...(debug && error instanceof Error && { stack: mask(error.stack ?? '') }),
  })
  return pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: shown, err: shown },
      redact,
    },
    // After all else, whoever put a secret into which field: the line is what leaves.
    { write: (line) => lines.write(mask(line)) },
  )
}
