import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import { Snapshot } from '../engine/snapshot.ts'
import { ASSUMED_CHALLENGERS, ASSUMED_DRAW_RATE } from '../engine/throne-outlook.ts'
import { throneProblems } from '../engine/throne-problems.ts'
import { RoundkeeperError } from '../errors.ts'
import { openSource } from '../repo/open.ts'
import { type Config, files } from '../state/index.ts'
import { type PastContests, pastContests } from '../verify/past-contests.ts'
import { print, printJson, table } from './output.ts'
import { addRateOptions, count, fraction, type PowerOptions, ratesOf } from './power-options.ts'
import { planOf, type ThronePlan } from './power-plan.ts'
import { sourceOf } from './source.ts'

export const powerCommand = addRateOptions(
  new Command('power')
    .summary('what a configuration can tell apart, and what it costs')
    .description(
      'Prints, for every rule of the throne beside every rule of stopping: the chance that luck crowns one of as many\n' +
        'equals of the leader, the least improvement that is crowned four times in five, and what a round of equals costs.',
    )
    .requiredOption(
      '--config <file|source>',
      'a config.json; or a competition, whose past then says how often duels are drawn:\na folder made by `init`, a git bundle, a clone, a bare repository, a URL',
    )
    .option('--draw-rate <share>', 'share of duels between equals that are drawn, 0 to 1', fraction)
    .option('--challengers <number>', 'how many challenge the leader', count)
    .option('--json', 'print as JSON'),
)
  .addHelpText(
    'after',
    '\nWhat is neither given nor on record is supposed, and the output says so.\n' +
      'Exit codes: 0 printed, 1 it cannot be read, 2 wrong usage.\n' +
      '\nExamples:\n  $ roundkeeper power --config my-competition\n' +
      '  $ roundkeeper power --config config.json --draw-rate 0.79 --challengers 20\n' +
      '  $ roundkeeper power --config config.json --price-in 0.15 --price-out 0.6 --latency 4 --concurrency 32 --json\n' +
      '\nFormulas and their sources: docs/judging.md.\n',
  )
  .action(async (options: PowerOptions) => {
    const { config, past } = await lookUp(options.config)
    const [problem] = throneProblems(config).filter(({ field }) => !field.endsWith('throne_judge'))
    if (problem !== undefined)
      throw new RoundkeeperError('state-file', `${problem.field}: expected ${problem.expected}`, {
        where: options.config,
        hint: problem.remedy,
      })
    const drawRate = options.drawRate ?? (past === undefined ? ASSUMED_DRAW_RATE : 1 - past.decisiveRate)
    const challengers = options.challengers ?? past?.challengers ?? ASSUMED_CHALLENGERS
    const basis = (given: unknown) => (given !== undefined ? 'given' : past === undefined ? 'supposed' : 'measured')
    const prompts = config.prompts_per_round
    const { rates, assumed } = ratesOf(options)
    const power = {
      competition: config.name,
      prompts,
      win_margin: config.win_margin,
      draw_rate: { value: drawRate, basis: basis(options.drawRate) },
      challengers: { value: challengers, basis: basis(options.challengers) },
      measured: past === undefined ? null : measuredIn(past),
      rates: Object.fromEntries(Object.entries(rates).map(([name, value]) => [snake(name), value])),
      supposed: assumed.map(snake),
      thrones: planOf(config, { prompts, challengers, decisiveRate: 1 - drawRate }, rates),
    }
    if (options.json) printJson(power)
    else printPower(power)
  })

/** @throws `not-found`, `state-file` */
async function lookUp(source: string): Promise<{ config: Config; past?: PastContests | undefined }> {
  if (source.endsWith('.json')) {
    const text = await readFile(source, 'utf8').catch((cause: unknown) => {
      throw new RoundkeeperError('not-found', 'there is no such file', {
        where: source,
        hint: 'Name a config.json, or a competition: a folder made by `init`, a bundle, a clone or a URL.',
        cause,
      })
    })
    return { config: files.config.parse(text, source) }
  }
  await using repo = await openSource(await sourceOf(source))
  const snapshot = new Snapshot(repo, await repo.head())
  return { config: await snapshot.read(files.config), past: await pastContests(snapshot) }
}

const measuredIn = ({ rounds, matches, decisiveRate, challengers }: PastContests) => ({
  ...{ rounds, matches, draw_rate: 1 - decisiveRate, challengers },
})

interface Printed {
  readonly competition: string
  readonly prompts: number
  readonly win_margin: number
  readonly draw_rate: { readonly value: number; readonly basis: string }
  readonly challengers: { readonly value: number; readonly basis: string }
  readonly measured: ReturnType<typeof measuredIn> | null
  readonly rates: Readonly<Record<string, number>>
  readonly supposed: readonly string[]
  readonly thrones: readonly ThronePlan[]
}

function printPower({
  competition,
  prompts,
  win_margin,
  draw_rate,
  challengers,
  measured,
  rates,
  supposed,
  thrones,
}: Printed) {
  const past = measured === null ? '' : `; measured: ${measured.matches} matches of ${measured.rounds} rounds`
  print(
    `${competition}: ${prompts} prompts, win margin ${win_margin}; ${percent(draw_rate.value)} of duels drawn (${draw_rate.basis}), ` +
      `${challengers.value} challengers (${challengers.basis})${past}\n`,
  )
  const heads = ['throne', 'stopping', 'false king', 'detectable', 'duels', 'calls', 'tokens', 'money', 'hours']
  const rows = thrones.flatMap(({ rule, configured, false_king, detectable, stopping }) =>
    stopping.map((cost, i) => [
      i === 0 ? rule : '',
      `${cost.rule}${configured && cost.configured ? ' *' : ''}`,
      ...(i === 0 ? [percent(false_king), detectable === null ? 'nothing' : `+${percent(detectable)}`] : ['', '']),
      ...[cost.duels, cost.calls].map((value) => String(Math.round(value))),
      `${(cost.tokens / 1e6).toFixed(1)} M`,
      ...[cost.money, cost.hours].map((value) => value.toFixed(1)),
    ]),
  )
  print(table(heads, rows))
  const { false_king_confirmed: confirmed } = thrones.find(({ rule }) => rule === 'familywise') as ThronePlan
  print(
    '\n* as config.json has it. Duels and what follows: a round in which all are equals, which is the longest there is.',
  )
  print(
    `familywise: the second judge lowers the chance of a false king to ${percent(confirmed)}, if its errors are its own.`,
  )
  if (supposed.length > 0) print(`Supposed: ${supposed.map((name) => `${dashed(name)} ${rates[name]}`).join(', ')}.`)
}

const percent = (share: number) => `${Number((100 * share).toPrecision(share < 0.1 ? 2 : 3))} %`
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const dashed = (name: string) => `--${name.replaceAll('_', '-')}`
