/** `miner generate`, and the original's: a model of every prompt, from a generator that runs somewhere, into a folder. */
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import pLimit from 'p-limit'
import { MinerHttp } from '../compute/miner-http.ts'
import type { Clock } from '../engine/clock.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { checkFile } from '../media/check-file.ts'
import { HttpDownloader } from '../media/http-downloader.ts'
import { ModelFolder } from '../media/model-folder.ts'
import { generateAll, type Made } from '../miner/generate.ts'
import { generateBatch } from '../miner/generate-batch.ts'
import { fetching } from '../miner/prompt-pictures.ts'
import { localRenderer, sizeOption } from './media-options.ts'
import { BATCH, type GenerateOptions, LIMITS, missingOption, promptsOf } from './miner-generate-asked.ts'
import { finish, saveFailures, tellProgress } from './miner-generate-told.ts'
import { seedOf } from './miner-judge-options.ts'
import type { Face } from './miner-options.ts'
import { minerVoice, originalVoice, speaking, type Voice } from './miner-voice.ts'
import { cell, StatusLine } from './output.ts'

/** @param clock of the pauses between attempts */
export function generateCommand(face: Face, clock: Clock = new SystemClock()): Command {
  const command = new Command('generate')
    .summary('make a model of every prompt with a generator')
    .description(
      'Sends every prompt’s picture to a generator (POST /generate with prompt_image_file and seed), three times at most, and keeps\n' +
        'what comes back; with --prompts-json all addresses at once (/status, /generate, /results). What is in the folder is not\n' +
        'generated again, so that it can be stopped at any time and goes on there.',
    )
    .addOption(
      new Option('--prompts-file <file>', 'the prompts: one image URL or path a line').conflicts('promptsJson'),
    )
    .option('--prompts-json <file>', 'one batch: {"prompts": [{"stem", "image_url"}, …], "seed"}')
    .requiredOption('--endpoint <url>', 'the generator: `start-generator` prints it')
    .option('--seed <n>', 'the round’s seed: `roundkeeper miner seed`; with --prompts-json that of the file', seedOf)
    .option('--output-folder <dir>', 'where the models go', 'results')
    .addOption(sizeOption())
    .option('--no-check', 'do not draw models to see whether they would be taken')
  if (face === 'miner') {
    command.addHelpText(
      'after',
      '\nExit codes: 0 all are there, 1 some are not, 2 wrong usage, 130 stopped with Ctrl-C.\n' +
        '\nExamples:\n  $ roundkeeper miner prompts > prompts.txt\n' +
        '  $ roundkeeper miner generate --prompts-file prompts.txt --endpoint http://127.0.0.1:10006 --seed "$(roundkeeper miner seed)"\n' +
        '  $ roundkeeper miner generate --prompts-json batch.json --endpoint http://127.0.0.1:10006\n',
    )
  }
  return command.action((options: GenerateOptions, called: Command) => {
    const missing = missingOption(options)
    if (missing !== undefined) called.error(`error: required option '${missing}' not specified`)
    const voice =
      face === 'original' ? originalVoice(called.optsWithGlobals().verbose ?? 0) : minerVoice(options.json === true)
    return speaking(voice, () => generate(face, voice, options, clock), 'What is finished is kept: run again to go on.')
  })
}

async function generate(face: Face, voice: Voice, options: GenerateOptions, clock: Clock): Promise<void> {
  const { prompts, seed } = await promptsOf(face, options)
  const models = await ModelFolder.open(resolve(options.outputFolder), seed)
  const http = new MinerHttp(options.endpoint.replace(/\/+$/, ''), clock, LIMITS)
  const status = new StatusLine()
  const { signal } = new AbortController()
  const limit = pLimit(availableParallelism())
  const checking: Promise<void>[] = []
  const refused = new Map<string, string>()
  await using renderer = options.check ? localRenderer(prompts.length) : undefined
  const check = async (file: string) => {
    if (renderer === undefined || file.endsWith('.js')) return
    const found = await checkFile(join(models.dir, file), renderer, options.size, signal)
    if (found.ok || found.fault === 'infrastructure') return
    refused.set(file, found.code)
    status.clear()
    voice.warn(`${cell(file)} would not be taken, ${found.code}: ${cell(found.detail)}`)
  }
  let done = 0
  const told = (outcome: Made) => {
    tellProgress(voice, status, outcome, ++done, prompts.length)
    if (outcome.state === 'failed') return
    const checked = limit(() => check(outcome.file))
    // It is waited for at the end.
    checked.catch(() => undefined)
    checking.push(checked)
  }
  try {
    const made =
      options.promptsJson === undefined
        ? await generateAll(
            {
              ...{ prompts, seed, models, clock, downloader: fetching(new Map(), new HttpDownloader()) },
              generate: (image, number, stop) => http.generate(image, number, stop),
              progress: told,
            },
            signal,
          )
        : await generateBatch(
            {
              ...{ prompts, seed, models, limits: BATCH, told },
              generate: (batch, stop) => http.generateBatch(batch, stop),
              progress: (ready, of) => status.show(`${ready} of ${of} made, as the generator says`),
            },
            signal,
          )
    if (options.promptsJson !== undefined) await saveFailures(models.dir, made)
    await Promise.all(checking)
    status.clear()
    finish(face, options, models.dir, made, refused)
  } finally {
    await http.close()
  }
}
