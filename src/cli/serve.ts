import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { logLevels } from '../operate/log.ts'
import { wholeNumber } from './media-options.ts'
import type { ServeOptions } from './serve-run.ts'

export const serveCommand = new Command('serve')
  .summary('operate a competition: everything by the clock, in one process')
  .description(
    'Runs `advance`, `verify`, `pods reap`, the gallery and, where that is wanted, `weights set`, each by its schedule in\n' +
      '`serve` of roundkeeper.json, and never two of the same at once. Answers GET /live, /ready, /status and /metrics. What goes\n' +
      'wrong is logged, and tried again at the next time. Ends in good order at SIGTERM or Ctrl-C; a second one ends it at once.',
  )
  .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
  .option(
    '--host <address>',
    'where to listen; 0.0.0.0 lets other machines ask, and there are no passwords',
    '127.0.0.1',
  )
  .addOption(new Option('--port <n>', '0 for any that is free').default(8002).argParser(wholeNumber(0, 65_535)))
  .option('--once', 'run each job once, now, and end')
  .addOption(
    new Option('--drain <seconds>', 'for what runs to stop in good order, once it is told to')
      .default(60)
      .argParser(wholeNumber(1, 3_600)),
  )
  .addOption(
    new Option('--log-level <level>', 'what is logged').choices(logLevels).default('info').env('ROUNDKEEPER_LOG_LEVEL'),
  )
  .option('--json', 'log as JSON, a line an event: what is done anyway where there is no terminal')
  .addHelpText(
    'after',
    '\nExit codes: 0 ended in good order; 1 error, or, with --once, a job failed; 2 wrong usage.\n' +
      '\nExamples:\n  $ roundkeeper serve --dir my-competition\n  $ roundkeeper serve --dir my-competition --once --json\n' +
      '  $ curl http://127.0.0.1:8002/status\n',
  )
  .action(async ({ dir, ...options }: ServeOptions) => {
    const { runServe } = await import('./serve-run.ts')
    await runServe({ ...options, dir: resolve(dir) })
  })
