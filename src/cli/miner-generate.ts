/** `miner generate`, and the original's: a model of every prompt, from a generator that runs somewhere, into a folder. */
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { Command } from 'commander'
import pLimit from 'p-limit'
import { MinerHttp } from '../compute/miner-http.ts'
import type { Clock } from '../engine/clock.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { checkFile } from '../media/check-file.ts'
import { HttpDownloader } from '../media/http-downloader.ts'
import { MAX_MODEL_BYTES } from '../media/limits.ts'
import { ModelFolder } from '../media/model-folder.ts'
import { generateAll, type Made } from '../miner/generate.ts'
import { promptLines } from '../miner/judge-prompts.ts'
import { fetching } from '../miner/prompt-pictures.ts'
import { EXIT_ERROR } from './exit-codes.ts'
import { localRenderer, sizeOption } from './media-options.ts'
import { seedOf } from './miner-judge-options.ts'
import type { Face } from './miner-options.ts'
import { minerVoice, originalVoice, printLine, speaking, type Voice } from './miner-voice.ts'
import { cell, note, print, printJson, StatusLine } from './output.ts'

interface Options {
  readonly promptsFile: string
  readonly endpoint: string
  readonly seed: number
  readonly outputFolder: string
  readonly size: number
  readonly check: boolean
  readonly json?: boolean
}

/** Those of the original. */
const LIMITS = { maxBytes: MAX_MODEL_BYTES, generateMs: 300_000, healthMs: 5_000, startMs: 0, healthEveryMs: 1_000 }
/** Without a terminal a line for so many. */
const LINE_EVERY = 10

/** @param clock of the pauses between attempts */
export function generateCommand(face: Face, clock: Clock = new SystemClock()): Command {
  const command = new Command('generate')
    .summary('make a model of every prompt with a generator')
    .description(
      'Sends every prompt’s picture to a generator (POST /generate with prompt_image_file and seed), three times at most, and keeps\n' +
        'what comes back. What is in the folder is not generated again, so that it can be stopped at any time and goes on there.',
    )
    .requiredOption('--prompts-file <file>', 'the prompts: one image URL or path a line')
    .requiredOption('--endpoint <url>', 'the generator: `start-generator` prints it')
    .requiredOption('--seed <n>', 'the round’s seed: `roundkeeper miner seed`', seedOf)
    .option('--output-folder <dir>', 'where the models go', 'results')
    .addOption(sizeOption())
    .option('--no-check', 'do not draw models to see whether they would be taken')
  if (face === 'miner') {
    command.addHelpText(
      'after',
      '\nExit codes: 0 all are there, 1 some are not, 2 wrong usage, 130 stopped with Ctrl-C.\n' +
        '\nExamples:\n  $ roundkeeper miner prompts > prompts.txt\n' +
        '  $ roundkeeper miner generate --prompts-file prompts.txt --endpoint http://127.0.0.1:10006 --seed "$(roundkeeper miner seed)"\n',
    )
  }
  return command.action((options: Options, called: Command) => {
    const voice =
      face === 'original' ? originalVoice(called.optsWithGlobals().verbose ?? 0) : minerVoice(options.json === true)
    return speaking(voice, () => generate(face, voice, options, clock), 'What is finished is kept: run again to go on.')
  })
}

async function generate(face: Face, voice: Voice, options: Options, clock: Clock): Promise<void> {
  const { seed, endpoint } = options
  const { prompts } = await promptLines(resolve(options.promptsFile))
  const models = await ModelFolder.open(resolve(options.outputFolder), seed)
  const http = new MinerHttp(endpoint.replace(/\/+$/, ''), clock, LIMITS)
  const status = new StatusLine()
  const { signal } = new AbortController()
  const limit = pLimit(availableParallelism())
  const checking: Promise<void>[] = []
  const refused = new Map<string, string>()
  await using renderer = options.check ? localRenderer(prompts.length) : undefined
  const check = async (file: string) => {
    if (renderer === undefined) return
    const found = await checkFile(join(models.dir, file), renderer, options.size, signal)
    if (found.ok || found.fault === 'infrastructure') return
    refused.set(file, found.code)
    status.clear()
    voice.warn(`${cell(file)} would not be taken, ${found.code}: ${cell(found.detail)}`)
  }
  try {
    const made = await generateAll(
      {
        ...{ prompts, seed, models, clock, downloader: fetching(new Map(), new HttpDownloader()) },
        generate: (image, number, stop) => http.generate(image, number, stop),
        progress: (outcome, done) => {
          tellProgress(voice, status, outcome, done, prompts.length)
          if (outcome.state === 'failed') return
          const checked = limit(() => check(outcome.file))
          // It is waited for at the end.
          checked.catch(() => undefined)
          checking.push(checked)
        },
      },
      signal,
    )
    await Promise.all(checking)
    status.clear()
    finish(face, options, models.dir, made, refused)
  } finally {
    await http.close()
  }
}

function tellProgress(voice: Voice, status: StatusLine, made: Made, done: number, of: number): void {
  if (made.state === 'failed') {
    status.clear()
    voice.warn(`${cell(made.stem)} was not generated: ${cell(made.detail)}`)
  }
  if (process.stderr.isTTY !== true && (done % LINE_EVERY === 0 || done === of)) voice.progress(`${done} of ${of}`)
  status.show(`${done} of ${of} models`)
}

function finish(
  face: Face,
  { json }: Options,
  dir: string,
  made: readonly Made[],
  refused: ReadonlyMap<string, string>,
) {
  const failed = made.filter((each) => each.state === 'failed')
  if (failed.length > 0) process.exitCode = EXIT_ERROR
  const error = `${failed.length} of ${made.length} prompts were not generated: ${failed.map(({ stem }) => stem).join(', ')}`
  // The original tells of success whatever happened.
  if (face === 'original') return printLine(failed.length > 0 ? { success: false, error } : { success: true })
  const generated = made.filter((each) => each.state === 'generated')
  const unchanged = made.filter((each) => each.state === 'unchanged')
  if (json) {
    return printJson({
      ...{ success: failed.length === 0, ...(failed.length > 0 && { error }), output_folder: dir },
      ...{ generated: generated.length, unchanged: unchanged.length },
      failed: failed.map(({ stem, attempts, detail }) => ({ stem, attempts, detail })),
      refused: Object.fromEntries(refused),
      models: Object.fromEntries(
        made.flatMap((each) =>
          each.state === 'failed'
            ? []
            : [
                [
                  each.stem,
                  {
                    file: each.file,
                    size: each.size,
                    ...(each.state === 'generated' && { seconds: each.seconds, attempts: each.attempts }),
                  },
                ],
              ],
        ),
      ),
    })
  }
  print(`${generated.length} generated, ${unchanged.length} unchanged, in ${dir}`)
  if (failed.length > 0) print(error)
  if (refused.size > 0)
    note(`  do     ${refused.size} would not be taken: \`roundkeeper media check ${dir}\` says why, and what to do.`)
  if (failed.length > 0) note('  do     Run again: what is finished is kept.')
}
