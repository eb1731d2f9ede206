/** Where the report of `verify` goes: one form to stdout, and as many as wanted into files. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { InvalidArgumentError } from 'commander'
import { RoundkeeperError } from '../errors.ts'
import { masked } from '../mask.ts'
import { markdownReport } from '../verify/report/markdown.ts'
import { sarifOf } from '../verify/report/sarif.ts'
import type { Report } from '../verify/report/schema.ts'
import { lastLine, terminalReport } from '../verify/report/terminal.ts'
import { print, widthOf } from './output.ts'

export type Form = 'json' | 'sarif' | 'markdown'

const FORMS: Readonly<Record<string, Form>> = {
  '.json': 'json',
  '.sarif': 'sarif',
  '.md': 'markdown',
  '.markdown': 'markdown',
}

export interface OutFile {
  readonly path: string
  readonly form: Form
}

/** For `--out`, which may be given several times: the form follows from the name. */
export function outFile(path: string, others: readonly OutFile[] = []): OutFile[] {
  const form = FORMS[extname(path).toLowerCase()]
  if (form === undefined) throw new InvalidArgumentError('expected a name that ends in .json, .sarif or .md')
  return [...others, { path, form }]
}

export function textOf(report: Report, form: Form): string {
  if (form === 'markdown') return markdownReport(report).trimEnd()
  return JSON.stringify(form === 'sarif' ? sarifOf(report) : report, null, 2)
}

/** @throws `usage` for a file that cannot be written */
export async function writeOut(report: Report, files: readonly OutFile[]): Promise<void> {
  for (const { path, form } of files) {
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, `${masked(textOf(report, form))}\n`)
    } catch (cause) {
      throw new RoundkeeperError('usage', 'the report cannot be written', {
        where: path,
        hint: 'Name a file in a folder that you may write to.',
        cause,
      })
    }
  }
}

export interface Printed {
  readonly form: Form | undefined
  readonly round: number | undefined
  readonly quiet: boolean
}

export function printReport(report: Report, { form, round, quiet }: Printed): void {
  // In a log, lines are not broken: whoever reads it searches and wraps as they like.
  const width = process.stdout.isTTY ? Math.max(40, widthOf(process.stdout)) : Number.POSITIVE_INFINITY
  if (form !== undefined) print(textOf(report, form))
  else print(quiet ? lastLine(report, width) : terminalReport(report, { width, round }))
}
