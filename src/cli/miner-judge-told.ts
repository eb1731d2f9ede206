/** What `judge` says while it judges, and of the result. */
import { dirname, join } from 'node:path'
import { writeWhole } from '../media/write-whole.ts'
import { tallyOf } from '../miner/judge.ts'
import { originalDuels, originalResults } from '../miner/judge-output.ts'
import { marginInterval } from '../rules/margin-interval.ts'
import { files, type MatchReport } from '../state/index.ts'
import type { JudgeOptions } from './miner-judge-options.ts'
import { printLine, type Voice } from './miner-voice.ts'
import { cell, note, print, printJson, type StatusLine } from './output.ts'

/** Without a terminal a line for so many. */
const LINE_EVERY = 25

export function tellProgress(voice: Voice, status: StatusLine, done: number, total: number): void {
  if (process.stderr.isTTY !== true && (done % LINE_EVERY === 0 || done === total))
    voice.progress(`${done} of ${total}`)
  status.show(`${done} of ${total} duels`)
}

export async function tellAsMiner(
  { winMargin, json }: JudgeOptions,
  output: string,
  report: MatchReport,
): Promise<void> {
  await writeWhole(output, Buffer.from(files.duels.serialise(report)))
  const { left, right, score, margin, duels, judge } = report
  const tally = tallyOf(duels)
  const counted = duels.length - tally.void
  const interval = marginInterval({ right: tally.right, left: tally.left, duels: counted })
  const passes = margin >= winMargin
  if (json) {
    printJson({
      ...{ success: true, output_file: output, judge, left, right, duels: duels.length, left_wins: tally.left },
      ...{ draws: tally.draws, right_wins: tally.right, void: tally.void, score, margin, interval },
      ...{ win_margin: winMargin, passes },
    })
    return
  }
  print(
    `${cell(right)} against ${cell(left)}: margin ${signed(margin)}, ${passes ? 'enough' : 'not enough'} at ${winMargin}`,
  )
  print(
    `${tally.right} won, ${tally.draws} drawn, ${tally.left} lost${tally.void > 0 ? `, ${tally.void} without a verdict` : ''}, by ${judge}`,
  )
  print(`with other prompts of the kind it could be ${signed(interval[0])} to ${signed(interval[1])} (95 %)`)
  note(`  report ${output}`)
}

export async function tellAsOriginal(options: JudgeOptions, output: string, report: MatchReport): Promise<void> {
  if (options.promptsJson === undefined) {
    await writeWhole(output, Buffer.from(originalDuels(report)))
    printLine({ success: true, output_file: options.outputFile ?? 'duels.json' })
    return
  }
  for (const [name, text] of originalResults(report)) await writeWhole(join(dirname(output), name), Buffer.from(text))
  printLine({ success: true, output_dir: options.outputDir ?? 'judge-results' })
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
