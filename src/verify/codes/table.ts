import { codes } from './index.ts'

/** All codes, for docs/verification.md: a Markdown table. */
export function codesTable(): string {
  const rows = Object.entries(codes).map(([code, { title, help, strict, legacy }]) => {
    const severity = strict === legacy ? strict : `${strict}, ${legacy}`
    return `| \`${code}\` | ${severity} | **${cell(title)}.** ${cell(help)} |`
  })
  return ['| Code | Severity | Means |', '|---|---|---|', ...rows].join('\n')
}

const cell = (text: string) => text.replaceAll('|', '\\|')
