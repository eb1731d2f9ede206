/**
 * What `init` wants to know. Every question is an option as well: what an option says is not asked, and where nobody can be
 * asked the rest is as usual.
 */
import { networkOf } from '../chain/networks.ts'
import { configProblems } from '../engine/founding-problems.ts'
import { poolDigest } from '../engine/pool-digest.ts'
import { throneOutlook } from '../engine/throne-outlook.ts'
import { RoundkeeperError } from '../errors.ts'
import { isGithubAddress, parseGithubAddress } from '../repo/github/address.ts'
import { isPlainPrincipal } from '../signing/allowed-signers-line.ts'
import { type Config, files } from '../state/index.ts'
import { parseS3Address } from '../store/source/s3-address.ts'
import { configWith, kindsIn, listIn } from './init-plan.ts'
import { readPool } from './init-pool.ts'
import { judgeSchema } from './judge-settings.ts'
import { providersSchema } from './pods-settings.ts'

/** Each is an option of the same name. */
export type AnswerName =
  | ('name' | 'prompts' | 'artifact' | 'chain' | 'netuid')
  | ('promptsPerRound' | 'winMargin' | 'throne' | 'firstDate' | 'startTime' | 'roundDays' | 'generationMinutes')
  | (
      | 'store'
      | 'storeUrl'
      | 'judge'
      | 'judgeModel'
      | 'judgeKind'
      | 'judgeKeyEnv'
      | 'providers'
      | 'repo'
      | 'notify'
      | 'operator'
    )

/** What a person, or an option, said; absent: as usual. */
export type Answers = { readonly [name in AnswerName]?: string | undefined }

export interface Basis {
  /** The template's, or one's own. */
  readonly config: Config
  readonly now: Date
}

export interface Question {
  /** As commander calls the option. */
  readonly name: AnswerName
  readonly flag: string
  /** Of the option, in the help. */
  readonly says: string
  readonly asks: string
  readonly choices?: readonly string[]
  /** The field of config.json that it sets, whose rules it has to keep. */
  readonly field?: string
  /** Whether it is worth asking after what was answered before. */
  applies?(given: Answers): boolean
  usual(given: Answers, basis: Basis): string | undefined
  /** @returns what was expected, where this is something else @throws likewise */
  expects?(text: string, given: Answers): string | undefined | Promise<string | undefined>
  /** What an answer means, in a line. */
  tells?(answers: Answers, basis: Basis): string | undefined | Promise<string | undefined>
}

const WHOLE = (text: string) => (/^\d{1,9}$/.test(text) ? undefined : 'a whole number')
const NUMBER = (text: string) => (/^\d{1,9}(\.\d{1,9})?$/.test(text) ? undefined : 'a number, e.g. 0.05')
const DATE = (text: string) =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? undefined : 'a date like 2026-03-31'
const TIME = (text: string) => (/^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(text) ? undefined : 'a time like 08:00:00')
const VARIABLE = (text: string) =>
  text === 'none' || /^[A-Za-z_][A-Za-z0-9_]*$/.test(text)
    ? undefined
    : 'the name of an environment variable, never the key itself; or "none"'

const OPERATOR = /^([^<>\n]{1,100}?)\s*<([^<>\s]{1,255})>$/
/** `Ada <ada@example.org>` */
export function operatorIn(text: string): { readonly name: string; readonly email: string } | undefined {
  const [, name, email] = OPERATOR.exec(text.trim()) ?? []
  return name !== undefined && email !== undefined && isPlainPrincipal(email) ? { name, email } : undefined
}

const judged = ({ judge }: Answers) => judge !== undefined && judge !== 'offline'
const onChain = ({ chain }: Answers) => chain !== undefined && chain !== 'clock'

export const questions: readonly Question[] = [
  {
    name: 'name',
    flag: '--name <name>',
    says: 'name of the competition, e.g. mesh',
    asks: 'Name of the competition, as it stands in every round and seed',
    field: 'name',
    usual: (_, { config }) => config.name,
  },
  {
    name: 'prompts',
    flag: '--prompts <file>',
    says: 'the pool: one URL of a prompt image per line',
    asks: 'File with the pool of prompts, one URL of a picture a line',
    usual: () => undefined,
    expects: async (path) => void (await readPool(path)),
    tells: async ({ prompts = '' }) => {
      const pool = await readPool(prompts)
      return `${pool.length} prompts, sha256 ${poolDigest(files.pool.serialise(pool))}`
    },
  },
  {
    name: 'artifact',
    flag: '--artifact <kind>',
    says: 'what miners make: glb (meshes) or ply (splats)',
    asks: 'What do miners make: meshes (glb) or splats (ply)?',
    choices: ['glb', 'ply'],
    usual: (_, { config }) => String(config.settings?.artifact ?? 'glb'),
  },
  {
    name: 'chain',
    flag: '--chain <endpoint>',
    says: '`clock`, which needs no network; a Bittensor network (test, finney, local, …), or ws:// URLs of one',
    asks: 'Chain: clock (this machine’s, to try things), test, finney, or ws:// URLs of one',
    usual: () => 'clock',
    expects: (text) => void (text === 'clock' || networkOf(text)),
  },
  {
    name: 'netuid',
    flag: '--netuid <number>',
    says: 'the subnet that miners commit on',
    asks: 'Number of the subnet (netuid)',
    applies: onChain,
    usual: (_, { config }) => String(config.netuid ?? 17),
    expects: WHOLE,
  },
  {
    name: 'promptsPerRound',
    flag: '--prompts-per-round <number>',
    says: 'prompts of a round',
    asks: 'Prompts of a round: more cost more, and leave less to luck',
    field: 'prompts_per_round',
    usual: (_, { config }) => String(config.prompts_per_round),
    expects: WHOLE,
  },
  {
    name: 'winMargin',
    flag: '--win-margin <fraction>',
    says: 'share of the prompts by which a challenger must lead',
    asks: 'Share of the prompts by which a challenger must lead (win margin)',
    field: 'win_margin',
    usual: (_, { config }) => String(config.win_margin),
    expects: NUMBER,
  },
  {
    name: 'throne',
    flag: '--throne <rule>',
    says: 'what it takes besides: fixed (nothing) or significant (that chance does not explain it)',
    asks: 'What does the crown take besides the margin: fixed (nothing) or significant (more than chance explains)?',
    choices: ['fixed', 'significant'],
    usual: (_, { config }) => config.judging?.throne ?? 'fixed',
    tells: (answers, { config }) => {
      const chosen = configWith(config, answers)
      return configProblems(chosen).length > 0 ? undefined : throneOutlook(chosen).summary
    },
  },
  {
    name: 'firstDate',
    flag: '--first-date <date>',
    says: 'first day on which a round may start',
    asks: 'First day (UTC) on which a round may start',
    usual: (_, { config, now }) => later(config.first_evaluation_date, now.toISOString().slice(0, 10)),
    expects: DATE,
  },
  {
    name: 'startTime',
    flag: '--start-time <time>',
    says: 'time of day (UTC) at which rounds start',
    asks: 'Time of day (UTC) at which rounds start',
    usual: (_, { config }) => config.round_start_time,
    expects: TIME,
  },
  {
    name: 'roundDays',
    flag: '--round-days <number>',
    says: 'days from one start to the next',
    asks: 'Days from one start to the next',
    field: 'round_duration_days',
    usual: (_, { config }) => String(config.round_duration_days),
    expects: WHOLE,
  },
  {
    name: 'generationMinutes',
    flag: '--generation-minutes <number>',
    says: 'minutes that miners have from the seed to the deadline',
    asks: 'Minutes that miners have from the seed to the deadline',
    field: 'generation_stage_minutes',
    usual: (_, { config }) => String(config.generation_stage_minutes),
    expects: WHOLE,
  },
  {
    name: 'store',
    flag: '--store <store>',
    says: 'a folder, or s3://bucket/prefix?endpoint=…&region=…, instead of the folder `store`',
    asks: 'Where objects go: a folder, or s3://bucket/prefix?endpoint=…&region=…',
    usual: () => 'store',
    expects: (text) => void (/^s3:\/\//i.test(text) && parseS3Address(text)),
  },
  {
    name: 'storeUrl',
    flag: '--store-url <url>',
    says: 'where anybody can fetch what the store holds, below its prefix; or `none`',
    asks: 'Where anybody can fetch what is in it, below the prefix: a URL, or none for the service’s own address',
    applies: ({ store = '' }) => /^s3:\/\//i.test(store),
    usual: () => 'none',
    expects: (text) =>
      text === 'none' || /^https?:$/.test(URL.parse(text)?.protocol ?? '') ? undefined : 'an http(s) URL',
  },
  {
    name: 'judge',
    flag: '--judge <url>',
    says: '`offline`, which looks for similar pictures, or the URL of an OpenAI-compatible API (…/v1)',
    asks: 'Judge: offline (similar pictures, no model), or the URL of an OpenAI-compatible API (…/v1)',
    usual: () => 'offline',
    expects: (text) => (text === 'offline' ? undefined : judgeProblem({ url: text })),
  },
  {
    name: 'judgeModel',
    flag: '--judge-model <name>',
    says: 'the model, as that API knows it',
    asks: 'Name of its model',
    applies: judged,
    usual: () => undefined,
  },
  {
    name: 'judgeKind',
    flag: '--judge-kind <kind>',
    says: 'how it is asked: penalty (one call in each order) or multistage',
    asks: 'How it is asked: penalty (one call in each order) or multistage (in stages, with views cut out)?',
    choices: ['penalty', 'multistage'],
    applies: judged,
    usual: () => 'penalty',
  },
  {
    name: 'judgeKeyEnv',
    flag: '--judge-key-env <variable>',
    says: 'environment variable that holds its key, or `none`',
    asks: 'Environment variable that holds its key (the key itself is written nowhere), or none',
    applies: judged,
    usual: () => 'ROUNDKEEPER_JUDGE_API_KEY',
    expects: VARIABLE,
  },
  {
    name: 'providers',
    flag: '--providers <names>',
    says: 'where miners’ images run, in order: local, container, targon, verda, runpod',
    asks: 'Where miners’ images run, in order, with commas: local, container, targon, verda, runpod',
    usual: () => 'local',
    expects: (text) => problemOf(providersSchema.safeParse(listIn(text))),
  },
  {
    name: 'repo',
    flag: '--repo <place>',
    says: 'where the competition is kept: state.git here, the https URL of a git host, or github:OWNER/NAME (by its API)',
    asks: 'Where the competition is kept: state.git (this folder), an https URL, or github:OWNER/NAME (by GitHub’s API)',
    usual: () => 'state.git',
    expects: placeProblem,
  },
  {
    name: 'notify',
    flag: '--notify <kinds>',
    says: 'who is told what happens: discord, slack, webhook, github-issue, or none',
    asks: 'Who is told what happens: none, or with commas discord, slack, webhook, github-issue',
    usual: () => 'none',
    expects: notifyProblem,
  },
  {
    name: 'operator',
    flag: '--operator <person>',
    says: 'you, as commits name you: "Ada <ada@example.org>"',
    asks: 'You, as your commits name you',
    usual: ({ name }, { config }) => `Operator <operator@${name ?? config.name}>`,
    expects: (text) => (operatorIn(text) ? undefined : 'a name and an address, e.g. Ada <ada@example.org>'),
  },
]

const later = (a: string, b: string) => (a > b ? a : b)

function judgeProblem(endpoint: object): string | undefined {
  return problemOf(judgeSchema.safeParse({ kind: 'penalty', model: 'any', endpoints: [endpoint] }))
}

const problemOf = ({
  error,
}: {
  readonly error?: { readonly issues: readonly { readonly message: string }[] } | undefined
}) => error?.issues[0]?.message

function notifyProblem(text: string, { repo = '' }: Answers): string | undefined {
  const kinds = kindsIn(text)
  const known = NOTIFIERS.join(', ')
  if (!kinds.every((kind) => NOTIFIERS.includes(kind))) return `some of ${known}, each once; or none`
  if (new Set(kinds).size < kinds.length) return `each of ${known} once`
  const isOnGithub = isGithubAddress(repo) || /^https:\/\/github\.com\//.test(repo)
  return kinds.includes('github-issue') && !isOnGithub
    ? 'github-issue only of a competition on GitHub; for another one set notifications[].repository in roundkeeper.json'
    : undefined
}

const NOTIFIERS = ['discord', 'slack', 'webhook', 'github-issue']

/** @throws RoundkeeperError `usage` */
function placeProblem(text: string): string | undefined {
  if (isGithubAddress(text)) return void parseGithubAddress(text)
  if (/^https?:\/\//.test(text)) {
    const url = URL.parse(text)
    if (url === null) return 'the https URL of a git repository'
    if (url.username === '' && url.password === '') return undefined
    throw new RoundkeeperError('usage', 'an address with credentials in it', {
      where: 'repo',
      hint: 'Leave them out: the token comes from the environment, as ROUNDKEEPER_GIT_TOKEN.',
    })
  }
  return /^\w[\w-]*\.git$/.test(text)
    ? undefined
    : 'state.git or another such name, an https URL (ssh is not spoken), or github:OWNER/NAME'
}
