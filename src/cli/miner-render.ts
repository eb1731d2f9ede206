/** `miner render`, and the original's `404-cli render`: a folder of models in, a folder of previews out. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { RoundkeeperError } from '../errors.ts'
import { HttpRenderer } from '../media/http-renderer.ts'
import { type FolderProgress, type Outcome, renderFolder } from '../media/render-folder.ts'
import { EXIT_ERROR } from './exit-codes.ts'
import { compatOption, localRenderer, sizeOption, wholeNumber } from './media-options.ts'
import type { Face } from './miner-options.ts'
import { minerVoice, originalVoice, printLine, speaking, type Voice } from './miner-voice.ts'
import { cell, note, print, printJson, StatusLine } from './output.ts'

interface Options {
  readonly dataDir: string
  readonly outputDir: string
  readonly endpoint?: string
  readonly concurrency?: number
  readonly size: number
  readonly compat?: boolean
  readonly json?: boolean
}

/** Requests to a service at a time: it has a queue of its own. */
const REQUESTS = 4
/** Without a terminal a line for so many. */
const LINE_EVERY = 50

export function renderCommand(face: Face): Command {
  const command = new Command('render')
    .summary('draw a folder of models into a folder of previews')
    .description(
      'Draws every .ply and .glb of a folder into the grid of four views that is judged: here, or by a render service. What is\n' +
        'finished is not drawn again, so that it can be stopped at any time; a changed model is.',
    )
    .requiredOption('--data-dir <dir>', 'the folder with the models; those in folders below it are left out')
    .option('--output-dir <dir>', 'where the previews go', 'results')
    .option('--endpoint <url>', 'a render service, asked for /render_ply and /render_glb; drawn here unless given')
    .option('--concurrency <n>', 'models at a time', wholeNumber(1, 64))
    .addOption(sizeOption())
  if (face === 'miner') {
    command.addOption(compatOption().conflicts('endpoint'))
    command.addHelpText(
      'after',
      '\nExit codes: 0 all are there, 1 some could not be drawn, 130 stopped with Ctrl-C.\n' +
        '\nExamples:\n  $ roundkeeper miner render --data-dir models\n' +
        '  $ roundkeeper miner render --data-dir models --output-dir previews --endpoint http://localhost:8000\n',
    )
  }
  return command.action((options: Options, called: Command) => {
    const voice =
      face === 'original' ? originalVoice(called.optsWithGlobals().verbose ?? 0) : minerVoice(options.json === true)
    return speaking(voice, () => render(face, voice, options))
  })
}

async function render(face: Face, voice: Voice, options: Options): Promise<void> {
  const { dataDir, endpoint, size, compat, json } = options
  const outputDir = resolve(options.outputDir)
  const concurrency = options.concurrency ?? (endpoint === undefined ? availableParallelism() : REQUESTS)
  await using local = endpoint === undefined ? localRenderer(concurrency, compat) : undefined
  const renderer = local ?? new HttpRenderer({ endpoint: endpoint ?? '' })
  const status = new StatusLine()
  const outcomes = await renderFolder({
    ...{ dataDir: resolve(dataDir), outputDir, renderer, size, concurrency },
    signal: new AbortController().signal,
    progress: (progress) => tellProgress(voice, status, progress),
  })
  status.clear()
  if (outcomes.length === 0) {
    throw new RoundkeeperError('not-found', `there is no .ply and no .glb file in ${resolve(dataDir)}`, {
      where: '--data-dir',
      hint: 'Name the folder that holds the models.',
    })
  }
  const failed = outcomes.filter(isFailed)
  if (failed.length > 0) process.exitCode = EXIT_ERROR
  if (face === 'original') tellAsOriginal(options.outputDir, outcomes, failed)
  else if (json) tellAsJson(outputDir, outcomes, failed)
  else tell(outputDir, outcomes, failed)
}

function tellProgress(voice: Voice, status: StatusLine, { done, of, outcome }: FolderProgress): void {
  if (isFailed(outcome)) {
    status.clear()
    voice.warn(`${cell(outcome.model)} was not rendered, ${outcome.code}: ${cell(outcome.detail)}`)
  }
  if (done % LINE_EVERY === 0 && process.stderr.isTTY !== true) voice.progress(`${done} of ${of}`)
  status.show(`${done} of ${of}`)
}

type Failed = Extract<Outcome, { state: 'failed' }>
const isFailed = (outcome: Outcome): outcome is Failed => outcome.state === 'failed'
const count = (outcomes: readonly Outcome[], state: Outcome['state']) =>
  outcomes.filter((outcome) => outcome.state === state).length
const shortfall = (outcomes: readonly Outcome[], failed: readonly Failed[]) =>
  `${failed.length} of ${outcomes.length} models were not rendered`

/** The original tells of success whatever happened. */
function tellAsOriginal(outputDir: string, outcomes: readonly Outcome[], failed: readonly Failed[]): void {
  if (failed.length === 0) {
    printLine({ success: true, output_dir: outputDir })
    return
  }
  const names = failed.map(({ model, code }) => `${model} (${code})`).join(', ')
  printLine({ success: false, error: `${shortfall(outcomes, failed)}: ${names}`, output_dir: outputDir })
}

function tellAsJson(outputDir: string, outcomes: readonly Outcome[], failed: readonly Failed[]): void {
  printJson({
    success: failed.length === 0,
    output_dir: outputDir,
    rendered: count(outcomes, 'rendered'),
    unchanged: count(outcomes, 'unchanged'),
    failed: failed.map(({ model, fault, code, detail }) => ({ model, fault, code, detail })),
    previews: Object.fromEntries(
      outcomes.filter((outcome) => !isFailed(outcome)).map(({ model, preview }) => [model, preview]),
    ),
  })
}

function tell(outputDir: string, outcomes: readonly Outcome[], failed: readonly Failed[]): void {
  print(`${count(outcomes, 'rendered')} rendered, ${count(outcomes, 'unchanged')} unchanged, in ${outputDir}`)
  if (failed.length === 0) return
  print(shortfall(outcomes, failed))
  if (failed.some(({ fault }) => fault === 'file'))
    note('  do     `roundkeeper media check` tells what to do about a model.')
  if (failed.some(({ fault }) => fault === 'infrastructure')) note('  do     Run again: what is finished is kept.')
}
