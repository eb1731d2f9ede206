import { styleText } from 'node:util'
import Table from 'cli-table3'
import { z } from 'zod'
import { isError } from '../errors.ts'
import { masked } from '../mask.ts'

/** Texts come from strangers: a terminal gets line breaks and colours, and no other commands. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
const CONTROL = /(?!\n|\u001b\[\d{1,3}m)[\u0000-\u001f\u007f-\u009f]/g
const shown = (text: string) => masked(text).replace(CONTROL, '\ufffd')

export const print = (text = '') => void process.stdout.write(`${shown(text)}\n`)
export const printJson = (value: unknown) => print(JSON.stringify(value, null, 2))
export const note = (text: string) => void process.stderr.write(`${shown(text)}\n`)

/** A plain table: no frames, so that it reads well in a log too. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const blank = {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
  }
  const rest = {
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '  ',
  }
  const grid = new Table({
    head: head.map((text) => styleText('bold', text)),
    chars: { ...blank, ...rest },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  grid.push(...rows.map((row) => [...row]))
  return grid
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n')
}

/** What, where, and what to do: one block on stderr; the stack only when asked for. */
export function printError(error: unknown, debug: boolean): void {
  const message = error instanceof Error ? error.message : String(error)
  note(`${styleText('red', 'error')} ${message}`)
  if (isError(error)) {
    if (error.where) note(`  where  ${error.where}`)
    if (error.hint) note(`  do     ${error.hint}`)
    const { cause } = error
    // What zod has to say is in the message already, in words; its own is a dump.
    const adds = cause instanceof Error && !(cause instanceof z.ZodError) && !error.message.includes(cause.message)
    if (adds) note(`  cause  ${cause.message}`)
  } else if (!debug) {
    note('  do     This is unexpected: run again with --debug and report what it prints.')
  }
  if (debug && error instanceof Error) note(error.stack ?? '')
}

export function errorAsJson(error: unknown): Record<string, unknown> {
  if (!isError(error)) return { code: 'internal', message: error instanceof Error ? error.message : String(error) }
  const { code, message, where, hint, retryable } = error
  return { code, message, where: where ?? null, hint: hint ?? null, retryable }
}

/** One line on a terminal that is written over and over; silent elsewhere. */
export class StatusLine {
  readonly #live = process.stderr.isTTY === true

  show(text: string): void {
    if (this.#live) process.stderr.write(`\r\x1b[2K${shown(text).slice(0, widthOf(process.stderr) - 1)}`)
  }

  clear(): void {
    if (this.#live) process.stderr.write('\r\x1b[2K')
  }
}

/** Of a terminal; some, as those of `script` and of containers, do not know theirs and say 0. */
export const widthOf = ({ columns }: { readonly columns?: number }): number => columns || 80

export const shortKey = (hotkey: string) => (hotkey.length > 12 ? hotkey.slice(0, 10) : hotkey)

const MAX_CELL_LENGTH = 100

/** A stranger's text in a table: one line, of bearable length, so that nobody draws rows of their own. */
export function cell(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > MAX_CELL_LENGTH ? `${line.slice(0, MAX_CELL_LENGTH)}…` : line
}
