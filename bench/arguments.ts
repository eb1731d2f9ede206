/**
 * The arguments of a bench, as its opening comment describes them: `--help` prints that, and so does a wrong one, which ends it with 2.
 */
import { readFileSync } from 'node:fs'
import { type ParseArgsConfig, parseArgs } from 'node:util'

/** @param script its own `import.meta.filename` */
export function argumentsOf<const C extends ParseArgsConfig>(
  script: string,
  config: C,
): ReturnType<typeof parseArgs<C>> {
  if (process.argv.includes('--help')) {
    console.log(openingOf(script))
    process.exit()
  }
  try {
    return parseArgs(config)
  } catch (error) {
    return refuse(`${(error as Error).message.split('. ')[0]}\n\n${openingOf(script)}`)
  }
}

export function countOf(option: string, text: string): number {
  const count = Number(text)
  return Number.isInteger(count) && count >= 1
    ? count
    : refuse(`--${option} ${text}: expected a whole number from 1 on`)
}

export function amountOf(option: string, text: string, below = Number.POSITIVE_INFINITY): number {
  const amount = Number(text)
  if (amount > 0 && amount < below) return amount
  return refuse(
    `--${option} ${text}: expected a number above 0${below < Number.POSITIVE_INFINITY ? `, below ${below}` : ''}`,
  )
}

export function refuse(message: string): never {
  console.error(`error ${message}`)
  process.exit(2)
}

/** The text of the comment that a script begins with. */
function openingOf(script: string): string {
  const [, comment = ''] = /^\/\*\*\n(.*?)\n \*\//s.exec(readFileSync(script, 'utf8')) ?? []
  return comment.replaceAll(/^ \* ?/gm, '')
}
