import { basename, join, resolve } from 'node:path'
import { Command } from 'commander'
import { SystemClock } from '../engine/system-clock.ts'
import { isError, RoundkeeperError } from '../errors.ts'
import { isGithubAddress } from '../repo/github/address.ts'
import { type Config, files } from '../state/index.ts'
import { canAsk, type Dialogue, TerminalDialogue } from './dialogue.ts'
import { askForAnswers, type Probe } from './init-answers.ts'
import { foundingChain } from './init-chain.ts'
import { checkFolder } from './init-folder.ts'
import { makeCompetition, type Planned, planCompetition, readState, type Wanted } from './init-found.ts'
import { configWith } from './init-plan.ts'
import { refuseAnswers } from './init-problems.ts'
import { type Answers, type Basis, questions } from './init-questions.ts'
import { foundingStore } from './init-store.ts'
import { templateDir } from './init-template.ts'
import { keysOf, madeAsJson, nextSteps, planTold } from './init-told.ts'
import { note, print, printJson } from './output.ts'

interface Options extends Answers {
  readonly config?: string
  readonly leader?: string
  readonly sign?: boolean
  readonly yes?: boolean
  readonly json?: boolean
}

const LEAVE_MS = 200

const clock = new SystemClock()

export const initCommand = withQuestions(
  new Command('init')
    .summary('found a competition from the template')
    .description(
      'Makes a folder with a competition repository (state.git), a clock chain that needs no network unless --chain names\n' +
        "another, an object store, the operator's settings and the keys that sign. Round 0 is open; `advance` takes it from there.\n" +
        'At a terminal it asks what no option says; elsewhere, or with --yes, the rest is as usual.',
    )
    .argument('<folder>', 'a folder that does not exist yet, or an empty one'),
)
  .option('--config <file>', "a config.json of your own instead of the template's")
  .option('--leader <file>', 'a leader.json with the champion at the start')
  .option('--sign', 'with keys that sign every commit; so it is, unless GitHub’s API makes them')
  .option('--no-sign', 'without keys: nobody can tell later who made which commit')
  .option('-y, --yes', 'ask nothing: what no option says is as usual')
  .option('--json', 'print what was made as JSON, and ask nothing')
  .addHelpText(
    'after',
    '\nSecrets (tokens, keys of APIs) are never asked for and never written: the settings name environment variables.\n' +
      'Nothing is written over, and a founding that fails leaves nothing behind.\n' +
      '\nExamples:\n  $ roundkeeper init my-competition                                 asks\n' +
      '  $ roundkeeper init my-competition --prompts prompts.txt --name mesh --yes\n' +
      '  $ roundkeeper init my-competition --prompts prompts.txt --chain local     on `roundkeeper devchain`\n' +
      '  $ roundkeeper init my-competition --prompts prompts.txt --chain finney --netuid 17 --throne significant \\\n' +
      "      --store 's3://models/mesh?endpoint=https://ACCOUNT.r2.cloudflarestorage.com' \\\n" +
      '      --judge https://vlm.example/v1 --judge-model zai-org/GLM-4.1V-9B-Thinking --judge-key-env VLM_KEY \\\n' +
      '      --providers targon,runpod --repo https://github.com/owner/competition.git --operator "Ada <ada@example.org>"\n',
  )
  .action(async (folder: string, options: Options, command: Command) => {
    const dir = resolve(folder)
    const template = await templateDir()
    const asks = canAsk() && !options.yes && !options.json && !process.env.CI
    if (options.prompts === undefined && !asks)
      return command.error("error: required option '--prompts <file>' not specified", { exitCode: 2 })
    await checkFolder(dir)
    const read = await readState(files.config, options.config ?? join(template, 'config.json'))
    const config = options.config === undefined ? calledAfter(dir, read) : read
    const given = answersIn(options)
    const basis = { config, now: clock.now() }
    await refuseAnswers(given, basis)
    const wanted = { dir, template, config, configFile: options.config, leaderFile: options.leader }
    const planned = asks
      ? await askAndPlan({ ...wanted, answers: given, sign: options.sign }, basis).catch(leaveSoon)
      : await planCompetition({ ...wanted, answers: given, sign: signs(given, options.sign) }, clock)
    await makeCompetition(planned, clock)
    for (const warning of planned.warnings) note(`warning  ${warning}`)
    if (options.json) return printJson(madeAsJson(planned, folder))
    tell(planned, folder)
  })

/** Whoever thinks better of it waits for no host that was being tried. */
function leaveSoon(error: unknown): never {
  if (isError(error, 'aborted')) setTimeout(() => process.exit(), LEAVE_MS).unref()
  throw error
}

function withQuestions(command: Command): Command {
  for (const { flag, says } of questions) command.option(flag, says)
  return command
}

const answersIn = (options: Options): Answers =>
  Object.fromEntries(questions.flatMap(({ name }) => (options[name] === undefined ? [] : [[name, options[name]]])))

const signs = ({ repo = '' }: Answers, said: boolean | undefined) => said ?? !isGithubAddress(repo)

type Unsettled = Omit<Wanted, 'sign'> & { readonly sign: boolean | undefined }

/** @throws RoundkeeperError `aborted` when the person thinks better of it */
async function askAndPlan(wanted: Unsettled, basis: Basis): Promise<Planned> {
  using dialogue = new TerminalDialogue()
  dialogue.say(
    `A new competition in ${wanted.dir}. Enter takes what is in brackets; Ctrl-C ends it, and nothing is made.\n`,
  )
  const answers = await askForAnswers(wanted.answers, basis, dialogue, probeOf(wanted))
  const sign = await askWhetherToSign(dialogue, answers, wanted.sign)
  const planned = await Promise.race([planCompetition({ ...wanted, answers, sign }, clock), dialogue.stopped])
  dialogue.say('')
  for (const line of planTold(planned)) dialogue.say(line)
  for (const warning of planned.warnings) dialogue.say(`warning      ${warning}`)
  if (await isYes(dialogue, '\nMake it?')) return planned
  throw new RoundkeeperError('aborted', 'nothing was made', { hint: 'You said no.' })
}

/** The template's competition has the folder's name, where that will do: two that are called alike would be told apart by nobody. */
function calledAfter(dir: string, config: Config): Config {
  const name = basename(dir).toLowerCase()
  return /^[a-z0-9][a-z0-9._-]{0,62}$/.test(name) ? { ...config, name } : config
}

async function askWhetherToSign(dialogue: Dialogue, answers: Answers, said: boolean | undefined): Promise<boolean> {
  if (said !== undefined || isGithubAddress(answers.repo ?? '')) return signs(answers, said)
  return isYes(dialogue, 'New keys that sign every commit, one for the engine and one for you?')
}

async function isYes(dialogue: Dialogue, question: string): Promise<boolean> {
  for (;;) {
    const said = (await dialogue.ask(`${question} [yes]: `)).trim().toLowerCase()
    if (['', 'y', 'yes'].includes(said)) return true
    if (['n', 'no'].includes(said)) return false
    dialogue.say('  Expected yes or no.')
  }
}

/** What an address leads to is tried when it is given. */
const probeOf =
  ({ config, dir }: Unsettled): Probe =>
  async (name, answers) => {
    const { chain = 'clock' } = answers
    if (name === 'chain') await foundingChain({ ...config, netuid: undefined }, chain, clock)
    if (name === 'netuid') await foundingChain(configWith(config, answers), chain, clock)
    if (name === 'store') await foundingStore(dir, answers.name ?? config.name, answers, clock)
  }

function tell(planned: Planned, folder: string): void {
  const keys = keysOf(planned)
  print(`${planned.config.name} is open in ${planned.dir}`)
  for (const line of planTold(planned)) print(`  ${line}`)
  if (keys !== null) {
    print(`  keys         ${keys.engine} signs for the engine, ${keys.operator} for you: keep both secret,`)
    print('               and yours off the machine that runs the engine')
  }
  print('\nNext:')
  // As a shell reads it.
  for (const [what, steps] of Map.groupBy(nextSteps(planned, folder), (step) => step.what)) {
    print(`  # ${what}`)
    for (const { command } of steps) print(`  ${command}`)
  }
}
