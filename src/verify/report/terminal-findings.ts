import { styleText } from 'node:util'
import { codes } from '../codes/index.ts'
import type { Severity } from '../finding.ts'
import { groupsOf } from './groups.ts'
import type { ReportedFinding } from './schema.ts'
import { plain, short, wrapped } from './text.ts'

const SHOWN: Readonly<Record<Severity, number>> = { error: 8, warning: 4, note: 2 }
const COLOURS = { error: 'red', warning: 'yellow', note: 'blue' } as const
const INDENT = '              '

/** Grouped by code, errors first; each with its commit, its path and its sentence. */
export function findingLines(findings: readonly ReportedFinding[], width: number): string[] {
  return groupsOf(findings).flatMap(({ code, severity, members }, index) => {
    const title = `${styleText(['bold', COLOURS[severity]], severity)}  ${codes[code]?.title ?? plain(code)}`
    const about = styleText('dim', `${plain(code)}${members.length > 1 ? `, ${members.length} times` : ''}`)
    const lines = members.slice(0, SHOWN[severity]).flatMap((each) => detailLines(each, width))
    const more = members.length - SHOWN[severity]
    return [
      ...(index === 0 ? [] : ['']),
      `${title}  ${about}`,
      ...lines,
      ...(more > 0 ? [styleText('dim', `  and ${more} more (--json lists all)`)] : []),
    ]
  })
}

function detailLines({ commit, path, message, earlier }: ReportedFinding, width: number): string[] {
  const where = [...(path === null ? [] : [plain(path)]), ...(earlier ? [styleText('dim', '(found before)')] : [])]
  const at = `  ${styleText('cyan', short(commit))}  `
  const sentence = wrapped(plain(message), width, INDENT)
  return where.length === 0 ? [`${at}${sentence}`] : [`${at}${where.join(' ')}`, `${INDENT}${sentence}`]
}
