/** `miner rehearse`: the whole audit of one's own image before it is submitted, and the verdict that the auditor would give. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { Command, Option } from 'commander'
import { InProcessPool } from '../engine/in-process-pool.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { type Ports, settingsOf } from '../formats/generation-3d/index.ts'
import type { Downloader } from '../media/download.ts'
import { HttpDownloader } from '../media/http-downloader.ts'
import { readModelFile } from '../media/model-file.ts'
import { writeWhole } from '../media/write-whole.ts'
import { fetching } from '../miner/prompt-pictures.ts'
import { type Rehearsed, rehearse } from '../miner/rehearsal.ts'
import { linesOf } from '../miner/rehearsal-lines.ts'
import { submittedIn } from '../miner/submitted-models.ts'
import { FolderStore } from '../store/folder-store.ts'
import { debugging } from './debug.ts'
import { addDistanceOptions, distanceSettingsOf, networkCache } from './distance-options.ts'
import { EXIT_USAGE } from './exit-codes.ts'
import { type LocalRenderer, localRenderer, wholeNumber } from './media-options.ts'
import { seedOf } from './miner-judge-options.ts'
import { PROVIDER_KINDS, type ProviderOf, providerOf, targonKeyOption } from './miner-providers.ts'
import { addressesForImages, askedOf, type RehearseOptions, runnerOf } from './miner-rehearse-options.ts'
import { exitCodeOf, pageOf, tell, tellAsJson } from './miner-rehearse-told.ts'
import { minerVoice, speakingTidily, type Voice } from './miner-voice.ts'
import { operatorJudge } from './operator-judge.ts'
import { operatorDistance } from './operator-media.ts'
import { errorAsJson, printError, printJson, StatusLine } from './output.ts'

/** In the output folder: models, previews, and what was generated already. */
const MEMORY = '.rehearsal'
/** Without a terminal a line for so many. */
const LINE_EVERY = 10

/** What tests put in the place of the world. */
export interface RehearseWorld {
  readonly providerOf: ProviderOf
  readonly renderer: () => LocalRenderer
  readonly downloader?: Downloader
}

export const rehearseCommand = (world: RehearseWorld = { providerOf, renderer: localRenderer }): Command =>
  addDistanceOptions(new Command('rehearse'))
    .summary('audit your own image before you submit it')
    .description(
      'Runs your image on the prompts with the seed, draws and measures what comes out against the models that you submit, by the\n' +
        'code of a round, and prints the verdict that the auditor would give, with what to fix. What was generated is kept, so that\n' +
        'it can be stopped at any time and goes on there.',
    )
    .option('--image <image>', 'your image, best by digest: run by --provider')
    .option('--folder <dir>', 'a folder with miner.json: run as a process of this machine')
    .option('--endpoint <url>', 'your image where it runs already; what runs there is not looked at')
    .addOption(
      new Option('--provider <name>', 'of --image')
        .choices(PROVIDER_KINDS.filter((kind) => kind !== 'local'))
        .default('container'),
    )
    .option('--resource <name>', 'the machine, in the provider’s words')
    .addOption(targonKeyOption())
    .option('--gpus <which>', 'of --provider container: `all`, `none`, or what its --gpus takes')
    .requiredOption('--submitted <dir>', 'your models, as you upload them: <prompt>.glb or .ply')
    .option('--prompts-file <file>', 'the prompts: one image URL or path a line')
    .option('--repo <source>', 'the competition: its prompts, seed and settings')
    .addOption(
      new Option('--round <n>', 'of --repo; the current one unless given').argParser(wholeNumber(0, 1_000_000)),
    )
    .option('--seed <n>', 'that the models were made with; of --repo unless given', seedOf)
    .addOption(new Option('--artifact <kind>', 'without --repo').choices(['glb', 'ply']).default('glb'))
    .addOption(
      new Option('--contract <kind>', 'without --repo: one model a request, or many')
        .choices(['single', 'batch'])
        .default('single'),
    )
    .option('--distance-endpoint <url>', 'an image-distance service that measures; measured here unless given')
    .option('--output-dir <dir>', 'the report, and what was generated', 'rehearsal')
    .option('--again', 'generate everything anew: what runs at an --endpoint may be another image by now')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExit codes: 0 it would pass, 1 it would be rejected, 2 wrong usage, or it could not be found out, 130 stopped with Ctrl-C.\n' +
        '\nExamples:\n' +
        '  $ roundkeeper miner rehearse --folder . --submitted results --prompts-file prompts.txt --seed 42\n' +
        '  $ roundkeeper miner rehearse --endpoint http://127.0.0.1:10006 --submitted results --repo https://github.com/…\n' +
        '  $ roundkeeper miner rehearse --image ghcr.io/me/model@sha256:… --provider targon --submitted results --repo …\n',
    )
    .action((options: RehearseOptions) => {
      const voice = withoutVerdict(options.json === true)
      return speakingTidily(
        voice,
        (signal) => run(voice, options, world, signal),
        'What is finished is kept: run again to go on.',
      )
    })

async function run(voice: Voice, options: RehearseOptions, world: RehearseWorld, signal: AbortSignal): Promise<void> {
  const clock = new SystemClock()
  const asked = await askedOf(options)
  const dir = resolve(options.outputDir)
  const stems = asked.prompts.map(({ stem }) => stem)
  const { artifact, contract } = settingsOf(asked.config)
  const addresses = addressesForImages(asked.prompts, contract)
  const submitted = await submittedIn(resolve(options.submitted), stems, artifact)
  await using runner = await runnerOf(options, contract, clock, world.providerOf)
  await using renderer = world.renderer()
  const { distanceEndpoint: url } = options
  const settings =
    url === undefined ? await distanceSettingsOf(options) : { kind: 'http' as const, url, fetches: false }
  await using measuring = operatorDistance(settings, { root: process.cwd(), cacheDir: networkCache() })
  await measuring.prepare()
  const ports: Ports = {
    store: new FolderStore({ dir: join(dir, MEMORY) }),
    downloader: fetching(addresses, world.downloader ?? new HttpDownloader()),
    addressOf: (url) => addresses.get(url) ?? url,
    ...{ renderer, distance: measuring.distance, pods: runner.pods },
    // Neither is asked in an audit.
    judge: operatorJudge({ kind: 'offline' }, clock),
    builder: { build: async ({ tag }) => ({ status: 'success', image: tag }) },
  }
  const status = new StatusLine()
  let last = ''
  const rehearsed = await rehearse(
    ports,
    {
      ...{ ...asked, image: runner.image, attempt: await attemptOf(dir, runner.image, options.again === true) },
      submitted: new Map([...submitted].map(([stem, path]) => [stem, async () => (await readModelFile(path)).bytes])),
    },
    {
      ...{ clock, signal, pool: new InProcessPool(availableParallelism()) },
      progress: ({ what, done, total }) => {
        const text = total === undefined ? what : `${what}: ${done ?? 0} of ${total}`
        if (process.stderr.isTTY !== true && (done ?? 0) % LINE_EVERY === 0 && text !== last) voice.progress(text)
        last = text
        status.show(text)
      },
    },
  )
  status.clear()
  await report(options, dir, rehearsed)
}

async function report({ json }: RehearseOptions, dir: string, rehearsed: Rehearsed): Promise<void> {
  const lines = linesOf(rehearsed)
  await writeWhole(join(dir, 'report.html'), Buffer.from(pageOf(rehearsed, lines, dir, join(dir, MEMORY))))
  if (json) tellAsJson(rehearsed, lines, dir)
  else tell(rehearsed, lines, dir)
  process.exitCode = exitCodeOf(rehearsed)
}

/** What goes wrong before there is a verdict does not end with 1, which would say that there is one. */
const withoutVerdict = (json: boolean): Voice => ({
  ...minerVoice(json),
  fail(error) {
    if (json)
      printJson({ success: false, verdict: 'unknown', error: (error as Error).message, failure: errorAsJson(error) })
    printError(error, debugging())
    process.exitCode = EXIT_USAGE
  },
})

/** How often an image was asked to be generated with anew; remembered beside what it generated. */
async function attemptOf(dir: string, image: string, again: boolean): Promise<number> {
  const name = createHash('sha256').update(image).digest('hex').slice(0, 16)
  const path = join(dir, MEMORY, 'attempts', name)
  const before = Number(await readFile(path, 'utf8').catch(() => '1')) || 1
  if (!again) return before
  await writeWhole(path, Buffer.from(`${before + 1}\n`))
  return before + 1
}
