import { stringify } from 'csv-stringify/sync'
import type { z } from 'zod'
import { broken, show, unwritable } from './broken.ts'
import { validate } from './json-file.ts'
import { pythonFloat } from './number-text.ts'
import { checkSize } from './read-json.ts'
import { type Definition, isSame, type StateFile } from './state-file.ts'

type Row = Record<string, string | number>

/**
 * CSV as its existing readers split it: a header, commas, no quotes, no final newline; the columns are the schema's fields.
 * Reading drops rows that are too short; of rows with equal text columns the last counts, in the place of the first.
 */
export function csvFile<T extends Row, A extends readonly (string | number)[]>(
  definition: Definition<T[], A>,
): StateFile<T[], A> {
  const { name, schema } = definition
  const columns = columnsOf(schema)
  const serialise = (rows: T[]) => {
    for (const row of rows) checkRow(row, columns, name)
    const cast = { number: pythonFloat }
    return stringify(rows, { header: true, columns: columns.map(({ key }) => key), cast, eof: false })
  }
  return {
    ...definition,
    parse(text, path) {
      checkSize(text, path, name)
      return validate(schema, readRows(text, columns, path, name), path, name)
    },
    serialise,
    isWritten: (text, rows) => isSame(text, () => joined(rows, columns, name)),
    readWritten: () => undefined,
  }
}

/** What `stringify` gives: rows that may be written have nothing to quote. */
function joined(rows: readonly Row[], columns: readonly Column[], name: string): string {
  const lines = [columns.map(({ key }) => key).join()]
  for (const row of rows) {
    checkRow(row, columns, name)
    lines.push(columns.map(({ key }) => (typeof row[key] === 'number' ? pythonFloat(row[key]) : row[key])).join())
  }
  return lines.join('\n')
}

interface Column {
  readonly key: string
  readonly isNumber: boolean
}

function columnsOf(schema: z.ZodType): readonly Column[] {
  const { element } = schema._zod.def as z.core.$ZodArrayDef
  const { shape } = element._zod.def as z.core.$ZodObjectDef
  return Object.entries(shape).map(([key, field]) => ({ key, isNumber: field._zod.def.type !== 'string' }))
}

function readRows(text: string, columns: readonly Column[], path: string, name: string): Row[] {
  const [header = '', ...lines] = text.trim().split(/\r\n|\n|\r/)
  const expected = columns.map(({ key }) => key)
  if (header !== '' && cellsOf(header).slice(0, columns.length).join() !== expected.join()) {
    throw broken(name, path, [`line 1: found ${show(header)}, expected the header ${expected.join()}`])
  }
  const rows = new Map<string, Row>()
  for (let index = 0; index < lines.length; index++) {
    const cells = cellsOf(lines[index] ?? '')
    if (cells.length < columns.length) continue
    const row: Row = {}
    let identity = '' // cells hold no comma
    for (let at = 0; at < columns.length; at++) {
      const { key, isNumber } = columns[at] as Column
      const cell = cells[at] ?? ''
      if (isNumber && !NUMBER.test(cell)) {
        throw broken(name, path, [`line ${index + 2}: ${key}: found ${show(cell)}, expected a finite number`])
      }
      row[key] = isNumber ? Number(cell) : cell
      if (!isNumber) identity += `${cell},`
    }
    rows.set(identity, row)
  }
  return [...rows.values()]
}

const cellsOf = (line: string) => line.split(',').map((cell) => cell.trim())
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

function checkRow(row: Row, columns: readonly Column[], name: string): void {
  for (const { key, isNumber } of columns) {
    const value = row[key]
    if (isNumber && !Number.isFinite(value)) throw unwritable(`${name}.${key}`, value, 'a finite number')
    if (!isNumber && (typeof value !== 'string' || value !== value.trim() || /[",\r\n]/.test(value))) {
      throw unwritable(`${name}.${key}`, value, 'trimmed text without comma, quote or line break')
    }
  }
}
