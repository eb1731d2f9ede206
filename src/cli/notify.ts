import { Command, InvalidArgumentError } from 'commander'
import { RoundkeeperError } from '../errors.ts'
import { when } from '../notify/moments.ts'
import { noticesOf } from '../notify/notices.ts'
import type { Notice } from '../notify/notifier.ts'
import { readStep } from '../notify/step.ts'
import { debugging } from './debug.ts'
import { EXIT_ERROR } from './exit-codes.ts'
import { audienceOf } from './operator-audience.ts'
import { OPERATOR_FILE } from './operator-settings.ts'
import { errorAsJson, print, printError, printJson } from './output.ts'

const PATIENCE_MS = 60_000
const MAX_COMMITS = 1000

interface Options {
  dir: string
  json?: boolean
}

const testCommand = new Command('test')
  .summary('send everybody a message that means nothing')
  .description(
    'Sends one message to each of `notifications` in roundkeeper.json; on GitHub, an issue is opened and closed.',
  )
  .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
  .option('--json', 'print as JSON')
  .addHelpText('after', '\nExit codes: 0 all were told, 1 somebody was not.\n\nExample:\n  $ roundkeeper notify test\n')
  .action(async ({ dir, json }: Options) => {
    const { openOperator } = await import('./operator.ts')
    await using operator = await openOperator(dir, { runsImages: false })
    const { listeners, missing } = audienceOf(operator)
    if (listeners.length + missing.length === 0) throw nobody()
    const results: { listener: string; error: unknown }[] = [...missing]
    for (const { board } of listeners) {
      const notice = testNotice(operator.clock.now())
      const sent = board.test(notice, AbortSignal.timeout(PATIENCE_MS))
      results.push({ listener: board.id, error: await sent.then(() => undefined).catch((error: unknown) => error) })
    }
    if (json) printJson(results.map(({ listener, error }) => ({ listener, error: error ? errorAsJson(error) : null })))
    else
      for (const { listener, error } of results) {
        print(`${error === undefined ? 'told    ' : 'NOT told'}  ${listener}`)
        if (error !== undefined) printError(error, debugging())
      }
    if (results.some(({ error }) => error !== undefined)) process.exitCode = EXIT_ERROR
  })

const testNotice = (at: Date): Notice => ({
  ...{ event: 'act', tone: 'plain', facts: [], links: [], at },
  title: 'A test of Roundkeeper',
  text: 'Whoever reads this will be told what happens in the competition.',
})

const nobody = () =>
  new RoundkeeperError('usage', 'nobody is to be told anything', {
    where: `${OPERATOR_FILE}: notifications`,
    hint: 'Name somebody, such as [{"kind": "discord", "url_env": "ROUNDKEEPER_DISCORD_WEBHOOK"}].',
  })

const previewCommand = new Command('preview')
  .summary('print what would be told of the newest commits')
  .description('Prints the messages about the newest commits, oldest first. Sends nothing and needs no secret.')
  .option('-d, --dir <folder>', 'folder of the competition (made by `init`)', '.')
  .option('-n, --commits <n>', 'how many commits to look at', count, 20)
  .option('--json', 'print as JSON')
  .addHelpText('after', '\nExample:\n  $ roundkeeper notify preview --commits 50\n')
  .action(async ({ dir, json, commits }: Options & { commits: number }) => {
    const { openOperator } = await import('./operator.ts')
    await using operator = await openOperator(dir, { runsImages: false })
    const { repo } = operator
    const { places } = audienceOf(operator)
    const found: Notice[] = []
    let looked = 0
    for await (const commit of repo.log(await repo.head())) {
      if (looked++ === commits) break
      const step = await readStep(repo, commit)
      if (step !== undefined) found.unshift(...noticesOf(step, places))
    }
    if (json) printJson(found)
    else if (found.length === 0) print('Nothing is worth telling of these commits.')
    else for (const notice of found) print(asLines(notice).join('\n'))
  })

const asLines = ({ event, title, text, facts, links, at }: Notice): string[] => [
  `${when(at)}  ${event}  ${title}`,
  ...text.split('\n').filter((line) => line !== ''),
  ...facts.map(
    ({ name, value, at: moment }) => `${name}: ${[value, moment && when(moment)].filter(Boolean).join(', ')}`,
  ),
  ...links.map(({ url }) => url),
  '',
]

function count(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= 1 && value <= MAX_COMMITS) return value
  throw new InvalidArgumentError(`expected a whole number from 1 to ${MAX_COMMITS}`)
}

export const notifyCommand = new Command('notify')
  .summary('who is told what: test, preview')
  .description(
    'People are told after every tick, as `notifications` in roundkeeper.json says. Here one can see that it works.',
  )
  .addHelpText('after', '\nExample:\n  $ roundkeeper notify test --dir my-competition\n')
  .addCommand(testCommand)
  .addCommand(previewCommand)
