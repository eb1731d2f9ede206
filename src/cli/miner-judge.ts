/** `miner judge`, and the original's `404-cli judge`: two folders of previews, judged prompt by prompt as in a round. */
import { dirname, join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { InProcessPool } from '../engine/in-process-pool.ts'
import { HttpDownloader } from '../media/http-downloader.ts'
import { judgeLocally } from '../miner/judge.ts'
import { previewsIn } from '../miner/judge-previews.ts'
import { FolderStore } from '../store/folder-store.ts'
import { wholeNumber } from './media-options.ts'
import {
  JUDGE_KINDS,
  type JudgeOptions,
  judgeOf,
  namesOf,
  outputOf,
  promptsOf,
  seedOf,
  shareOf,
  usage,
} from './miner-judge-options.ts'
import { tellAsMiner, tellAsOriginal, tellProgress } from './miner-judge-told.ts'
import type { Face } from './miner-options.ts'
import { minerVoice, originalVoice, speaking, type Voice } from './miner-voice.ts'
import { cell, StatusLine } from './output.ts'

/** Beside the output: pictures, answers, and what was asked already. */
const MEMORY = '.judge'

export function judgeCommand(face: Face): Command {
  const command = new Command('judge')
    .summary('judge two folders of previews, prompt by prompt')
    .description(
      'Asks a judge, of every prompt, which of two previews answers it better: by the same code as a round, so that the report is\n' +
        'what a round would have on record. What was answered is kept, so that it can be stopped at any time and goes on there.',
    )
    .addOption(new Option('--prompt-file <file>', 'the prompts: one image URL or path a line').conflicts('promptsJson'))
    .option('--prompts-json <file>', 'the prompts: {"prompts": [{"stem", "image_url"}, …], "seed"}')
    .requiredOption('--image-dir-1 <dir>', 'previews of the first side, the defender: <prompt>.png')
    .requiredOption('--image-dir-2 <dir>', 'previews of the second side, the challenger')
    .option('--endpoint <url>', `an OpenAI-compatible API; /v1 is appended. Its key: ROUNDKEEPER_JUDGE_API_KEY`)
    .option('--seed <n>', 'the round’s seed: `roundkeeper miner seed`', seedOf)
    .option('--output-file <file>', 'the report (default: duels.json, or that in --output-dir)')
    .option('--output-dir <dir>', 'a folder for the report (with --prompts-json: judge-results)')
    .option('--concurrency <n>', 'calls at a time', wholeNumber(1, 1024), 1)
    .addOption(
      new Option('--judge <kind>', 'who judges; penalty where there is an endpoint, unless given').choices(JUDGE_KINDS),
    )
    .option('--model <name>', 'as the endpoint knows it; the original’s unless given')
    .option('--revision <name>', 'of the model’s weights, as part of who the judge is')
  if (face === 'miner') {
    command.option('--win-margin <share>', 'what a challenger needs in the competition', shareOf, 0.05)
    command.addHelpText(
      'after',
      '\nExit codes: 0 judged, 1 not, 2 wrong usage, 130 stopped with Ctrl-C.\n' +
        '\nExamples:\n  $ roundkeeper miner prompts > prompts.txt\n' +
        '  $ roundkeeper miner judge --prompt-file prompts.txt --image-dir-1 theirs --image-dir-2 mine --seed 42 --judge offline\n' +
        '  $ roundkeeper miner judge --prompt-file prompts.txt --image-dir-1 theirs --image-dir-2 mine --seed 42 \\\n' +
        '      --endpoint http://localhost:8000 --concurrency 8\n',
    )
  }
  return command.action((options: JudgeOptions, called: Command) => {
    const voice =
      face === 'original' ? originalVoice(called.optsWithGlobals().verbose ?? 0) : minerVoice(options.json === true)
    return speaking(voice, () => judge(face, voice, options), 'What was answered is kept: run again to go on.')
  })
}

async function judge(face: Face, voice: Voice, options: JudgeOptions): Promise<void> {
  const judge = judgeOf(face, options)
  const { prompts: all, seed: found } = await promptsOf(options)
  const seed = options.seed ?? found
  if (seed === undefined)
    throw usage(
      'which seed is the judge to be asked with?',
      '--seed',
      'Give --seed: `roundkeeper miner seed` prints that of the round.',
    )
  const { left, right } = await sidesOf(
    voice,
    options,
    all.map(({ stem }) => stem),
  )
  // The original’s first tool leaves out what a side lacks; in rounds, and in its second one, that side loses.
  const isLeftOut = face === 'original' && options.promptsJson === undefined
  const prompts = isLeftOut ? all.filter(({ stem }) => left.has(stem) && right.has(stem)) : all
  const output = outputOf(options)
  const status = new StatusLine()
  const report = await judgeLocally(
    {
      ...{ prompts, left, right, seed, judge },
      store: new FolderStore({ dir: join(dirname(output), MEMORY) }),
      downloader: new HttpDownloader(),
    },
    {
      pool: new InProcessPool(options.concurrency),
      signal: new AbortController().signal,
      progress: ({ done = 0, total = 0 }) => tellProgress(voice, status, done, total),
    },
  )
  status.clear()
  const named = { ...report, ...namesOf(options) }
  if (face === 'miner') await tellAsMiner(options, output, named)
  else await tellAsOriginal(options, output, named)
}

/** Previews on both sides; what a side lacks is told. @throws `usage` when there is none at all */
async function sidesOf(voice: Voice, { imageDir1, imageDir2 }: JudgeOptions, stems: readonly string[]) {
  const left = await previewsIn(resolve(imageDir1), stems, '--image-dir-1')
  const right = await previewsIn(resolve(imageDir2), stems, '--image-dir-2')
  const lacking = stems.filter((stem) => !left.has(stem) || !right.has(stem))
  if (left.size === 0 && right.size === 0)
    throw usage(
      'neither folder has a preview of any prompt',
      '--image-dir-1',
      'A preview is called as its prompt is: vase.png for …/vase.jpg.',
    )
  for (const stem of lacking.slice(0, MAX_TOLD)) voice.warn(`${cell(stem)} ${lackOf(left.has(stem), right.has(stem))}`)
  if (lacking.length > MAX_TOLD) voice.warn(`and ${lacking.length - MAX_TOLD} more prompts lack previews`)
  return { left, right }
}

/** Prompts of which so many are named; the others are counted. */
const MAX_TOLD = 10
const lackOf = (left: boolean, right: boolean) =>
  left || right ? `has no preview in --image-dir-${left ? 2 : 1}` : 'has no preview on either side'
