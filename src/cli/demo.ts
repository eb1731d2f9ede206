import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { styleText } from 'node:util'
import { Command, InvalidArgumentError, Option } from 'commander'
import type { DemoEvent, DemoResult } from '../demo/demo.ts'
import { type Leaderboard, leaderboardOf } from '../demo/leaderboard.ts'
import type { ModelKind } from '../media/renderer.ts'
import { openSource } from '../repo/open.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { progressText } from './advance.ts'
import { PROGRAM, quoted } from './copyable.ts'
import { note, print, printJson, StatusLine, table } from './output.ts'

interface Options {
  dir?: string
  seed: number
  artifact: ModelKind
  json?: boolean
}

export const demoCommand = new Command('demo')
  .summary('play a whole competition on this machine')
  .description(
    'Six miners of different quality, three rounds, real files over HTTP, previews, judging, audits and a crown that\n' +
      'changes hands: from OPEN to FINISHED in virtual time. Every step is a commit that you can look at afterwards.',
  )
  .option('-d, --dir <folder>', 'keep everything here (an empty folder; an interrupted demo goes on)')
  .option('--seed <n>', 'another seed, another competition; the same seed ends at the same commit', wholeNumber, 1)
  .addOption(new Option('--artifact <kind>', 'what the miners make').choices(['glb', 'ply']).default('glb'))
  .option('--json', 'print the result as JSON')
  .addHelpText(
    'after',
    '\nExamples:\n  $ roundkeeper demo\n  $ roundkeeper demo --dir my-demo --seed 7 --artifact ply\n',
  )
  .action(async (options: Options) => {
    const { runDemo } = await import('../demo/demo.ts')
    const dir = options.dir === undefined ? await mkdtemp(join(tmpdir(), 'roundkeeper-demo-')) : resolve(options.dir)
    const watch = new Watch(options.json === true)
    const controller = new AbortController()
    const stop = () => controller.abort()
    process.once('SIGINT', stop)
    let result: DemoResult
    try {
      result = await runDemo({
        dir,
        seed: options.seed,
        artifact: options.artifact,
        signal: controller.signal,
        onEvent: (event) => watch.see(event),
      })
    } finally {
      watch.end()
      process.off('SIGINT', stop)
    }
    await using repo = await openSource(result.repo)
    const board = await leaderboardOf(repo, result.cast)
    const gallery = result.report.status === 'finished' ? await drawGallery(repo, dir) : undefined
    const { status } = result.report
    if (options.json)
      printJson({ dir, repo: result.repo, head: result.head, status, gallery: gallery ?? null, ...board })
    else
      printResult(
        result,
        board,
        gallery,
        `demo --dir ${quoted(dir)} --seed ${options.seed} --artifact ${options.artifact}`,
      )
  })

/** @returns the page to begin with */
async function drawGallery(repo: StateRepo, dir: string): Promise<string> {
  const { writeGallery } = await import('../gallery/write-gallery.ts')
  const { FolderStore } = await import('../store/folder-store.ts')
  const store = new FolderStore({ dir: join(dir, 'store') })
  return (await writeGallery({ repo, store, dir: join(dir, 'gallery') })).index
}

/** Shows commits as they happen, and what is going on between them. */
class Watch {
  readonly #quiet: boolean
  readonly #line = new StatusLine()

  constructor(quiet: boolean) {
    this.#quiet = quiet
  }

  see(event: DemoEvent): void {
    if (event.kind === 'progress') {
      this.#line.show(progressText(event))
      return
    }
    this.#line.clear()
    if (this.#quiet) return
    const time = event.at.toISOString().slice(5, 16).replace('T', ' ')
    for (const line of event.lines) print(`${styleText('dim', `${time}  ${event.oid.slice(0, 7)}`)}  ${line}`)
  }

  end(): void {
    this.#line.clear()
  }
}

function printResult(
  { dir, repo, head }: DemoResult,
  board: Leaderboard,
  gallery: string | undefined,
  again: string,
): void {
  if (gallery === undefined) {
    note(`Stopped. To go on: ${PROGRAM} ${again}`)
    return
  }
  print(`\n${styleText('bold', 'The crown')}`)
  print(
    table(
      ['from block', 'leader', 'weight', ''],
      board.leaders.map(({ block, name, weight, why }) => [String(block), name, weight.toFixed(1), why]),
    ),
  )
  print(`\n${styleText('bold', 'The miners')}`)
  print(
    table(
      ['miner', ...board.rounds.map((round) => `round ${round}`), ''],
      board.miners.map(({ name, outcomes, about }) => [name, ...outcomes, styleText('dim', about)]),
    ),
  )
  const here = relative(process.cwd(), dir)
  const shown = quoted(here.startsWith('..') ? dir : here || '.')
  print(`\nThe competition is a git repository: ${repo}`)
  print(`It ends at commit ${head}.`)
  print('\nTry next:')
  print(`  open ${pathToFileURL(gallery).href} in a browser: every prompt, model and verdict`)
  print(`  git -C ${quoted(repo)} log --stat`)
  print(`  ${PROGRAM} status ${shown}`)
  print(`  ${PROGRAM} verify ${shown}`)
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number from 0 on')
  return value
}
