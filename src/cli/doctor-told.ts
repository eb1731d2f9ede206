/** A report of `doctor` for people: a line for each check, and what to do below those that want something done. */
import { styleText } from 'node:util'
import type { DoctorReport } from '../doctor/report.ts'
import { print } from './output.ts'

type Checked = DoctorReport['checks'][number]

const WORDS = {
  ok: ['OK  ', 'green'],
  warn: ['WARN', 'yellow'],
  fail: ['FAIL', 'red'],
} as const

export function tellReport({ checks, counts }: DoctorReport): void {
  const looked = checks.filter(({ outcome }) => outcome !== 'skipped')
  const width = Math.max(0, ...looked.map(({ title }) => title.length))
  for (const check of looked) tellCheck(check, width)
  print()
  for (const [reason, those] of Map.groupBy(
    checks.filter((each) => !looked.includes(each)),
    ({ detail }) => detail,
  ))
    print(`Not looked at: ${those.map(({ id }) => id).join(', ')} (${oneLine(reason)}).`)
  const { fail, warn } = counts
  const warnings = count(warn, 'warning', 'warnings')
  if (fail > 0) print(`${count(fail, 'check fails', 'checks fail')}${warn > 0 ? `, ${warnings}` : ''}.`)
  else print(warn > 0 ? `Nothing fails; ${warnings}.` : 'Everything is as it should be.')
}

function tellCheck({ outcome, id, title, detail, how_to_fix }: Checked, width: number): void {
  if (outcome === 'skipped') return
  const [word, colour] = WORDS[outcome]
  const margin = ' '.repeat(width + 7)
  print(`${styleText(colour, word)} ${title.padEnd(width)}  ${oneLine(detail)}`)
  if (how_to_fix !== null) print(`${margin}→ ${oneLine(how_to_fix)} (${id})`)
}

const count = (number: number, one: string, more: string) => `${number} ${number === 1 ? one : more}`

/** Hosts have a say in it: nobody draws lines of their own. */
const oneLine = (text: string) => text.replace(/\s+/g, ' ')
