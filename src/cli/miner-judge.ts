/** `miner judge`, and the original's `404-cli judge`: two folders of previews, judged prompt by prompt as in a round. */
import { basename, dirname, join, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { InProcessPool } from '../engine/in-process-pool.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { RoundkeeperError } from '../errors.ts'
import type { Judge } from '../judge/judge.ts'
import { HttpDownloader } from '../media/http-downloader.ts'
import { writeWhole } from '../media/write-whole.ts'
import { judgeLocally, tallyOf } from '../miner/judge.ts'
import { originalDuels, originalResults } from '../miner/judge-output.ts'
import { previewsIn } from '../miner/judge-previews.ts'
import { type LocalPrompts, promptLines, promptsJson } from '../miner/judge-prompts.ts'
import { marginInterval } from '../rules/margin-interval.ts'
import { files, type MatchReport } from '../state/index.ts'
import { FolderStore } from '../store/folder-store.ts'
import { judgeSchema } from './judge-settings.ts'
import { wholeNumber } from './media-options.ts'
import type { Face } from './miner-options.ts'
import { minerVoice, originalVoice, printLine, speaking, type Voice } from './miner-voice.ts'
import { operatorJudge } from './operator-judge.ts'
import { cell, note, print, printJson, StatusLine } from './output.ts'

interface Options {
  readonly promptFile?: string
  readonly promptsJson?: string
  readonly imageDir1: string
  readonly imageDir2: string
  readonly endpoint?: string
  readonly seed?: number
  readonly outputFile?: string
  readonly outputDir?: string
  readonly concurrency: number
  readonly judge?: string
  readonly model?: string
  readonly revision?: string
  readonly winMargin: number
  readonly json?: boolean
}

/** Those that the original asks. */
const MODELS: Readonly<Record<string, string>> = {
  penalty: 'zai-org/GLM-4.1V-9B-Thinking',
  multistage: 'glm-4.6v-flash',
}
/** Beside the output: pictures, answers, and what was asked already. */
const MEMORY = '.judge'
const LINE_EVERY = 25

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
      new Option('--judge <kind>', 'who judges; penalty where there is an endpoint, unless given').choices(KINDS),
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
  return command.action((options: Options, called: Command) => {
    const voice =
      face === 'original' ? originalVoice(called.optsWithGlobals().verbose ?? 0) : minerVoice(options.json === true)
    return speaking(voice, () => judge(face, voice, options), 'What was answered is kept: run again to go on.')
  })
}

/** All that there are. */
const KINDS: readonly string[] = judgeSchema.options.flatMap(({ shape }) => [...shape.kind._zod.values].map(String))

async function judge(face: Face, voice: Voice, options: Options): Promise<void> {
  const judge = judgeOf(face, options)
  const { prompts: all, seed: found } = await promptsOf(options)
  const seed = options.seed ?? found
  if (seed === undefined)
    throw usage(
      'which seed is the judge to be asked with?',
      '--seed',
      'Give --seed: `roundkeeper miner seed` prints that of the round.',
    )
  const stems = all.map(({ stem }) => stem)
  const left = await previewsIn(resolve(options.imageDir1), stems, '--image-dir-1')
  const right = await previewsIn(resolve(options.imageDir2), stems, '--image-dir-2')
  const lacking = stems.filter((stem) => !left.has(stem) || !right.has(stem))
  if (left.size === 0 && right.size === 0)
    throw usage(
      'neither folder has a preview of any prompt',
      '--image-dir-1',
      'A preview is called as its prompt is: vase.png for …/vase.jpg.',
    )
  for (const stem of lacking.slice(0, MAX_TOLD)) voice.warn(`${cell(stem)} ${lackOf(left.has(stem), right.has(stem))}`)
  if (lacking.length > MAX_TOLD) voice.warn(`and ${lacking.length - MAX_TOLD} more prompts lack previews`)
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

/** Prompts of which so many are named; the others are counted. */
const MAX_TOLD = 10
const lackOf = (left: boolean, right: boolean) =>
  left || right ? `has no preview in --image-dir-${left ? 2 : 1}` : 'has no preview on either side'

const promptsOf = ({ promptFile, promptsJson: json }: Options): Promise<LocalPrompts> => {
  if (promptFile !== undefined) return promptLines(resolve(promptFile))
  if (json !== undefined) return promptsJson(resolve(json))
  throw usage('which prompts?', '--prompt-file', 'Give --prompt-file, or --prompts-json.')
}

/** @throws `usage` */
function judgeOf(face: Face, options: Options): Judge {
  const { endpoint, revision, concurrency } = options
  // The original's newer tool, which reads its prompts from JSON, judges in stages.
  const usual = face === 'original' && options.promptsJson !== undefined ? 'multistage' : 'penalty'
  const kind = options.judge ?? (endpoint === undefined ? undefined : usual)
  const model = options.model ?? MODELS[kind ?? '']
  if (kind === undefined)
    throw usage(
      'who judges?',
      '--endpoint',
      'Give the --endpoint of a vision-language model, or --judge offline, which needs none.',
    )
  const clock = new SystemClock()
  if (kind === 'offline') return operatorJudge({ kind }, clock)
  if (endpoint === undefined)
    throw usage(
      `the judge ${kind} asks a model, and has no endpoint`,
      '--endpoint',
      'Give the address of an OpenAI-compatible API.',
    )
  const url = endpoint.replace(/\/+$/, '')
  const settings = judgeSchema.safeParse({
    ...{ kind, model, ...(revision !== undefined && { revision }) },
    endpoints: [{ url: url.endsWith('/v1') ? url : `${url}/v1`, concurrency }],
  })
  if (settings.success) return operatorJudge(settings.data, clock)
  throw usage(settings.error.issues[0]?.message ?? 'no such judge', '--endpoint', 'Correct the option.')
}

function outputOf({ outputFile, outputDir, promptsJson: json }: Options): string {
  if (outputFile !== undefined) return resolve(outputFile)
  return resolve(outputDir ?? (json === undefined ? '.' : 'judge-results'), 'duels.json')
}

/** As the report calls the sides. */
function namesOf({ imageDir1, imageDir2 }: Options): { left: string; right: string } {
  const [left, right] = [basename(resolve(imageDir1)), basename(resolve(imageDir2))]
  return left === right ? { left: resolve(imageDir1), right: resolve(imageDir2) } : { left, right }
}

function tellProgress(voice: Voice, status: StatusLine, done: number, total: number): void {
  if (process.stderr.isTTY !== true && (done % LINE_EVERY === 0 || done === total))
    voice.progress(`${done} of ${total}`)
  status.show(`${done} of ${total} duels`)
}

async function tellAsMiner({ winMargin, json }: Options, output: string, report: MatchReport): Promise<void> {
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

async function tellAsOriginal(options: Options, output: string, report: MatchReport): Promise<void> {
  if (options.promptsJson === undefined) {
    await writeWhole(output, Buffer.from(originalDuels(report)))
    printLine({ success: true, output_file: options.outputFile ?? 'duels.json' })
    return
  }
  for (const [name, text] of originalResults(report)) await writeWhole(join(dirname(output), name), Buffer.from(text))
  printLine({ success: true, output_dir: options.outputDir ?? 'judge-results' })
}

const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`

const usage = (message: string, where: string, hint: string) => new RoundkeeperError('usage', message, { where, hint })

function seedOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('A whole number from 0 on.')
}

function shareOf(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('A share from 0 to 1.')
}
