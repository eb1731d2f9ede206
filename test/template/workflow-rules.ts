/** What the workflows and actions of a competition have to keep to: each rule says what of a file breaks it. */
import { spawnSync } from 'node:child_process'
import { parse } from 'yaml'

export interface Step {
  readonly id?: string
  readonly name?: string
  readonly if?: string
  readonly uses?: string
  readonly run?: string
  readonly shell?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, unknown>>
}

export interface Job {
  readonly if?: string
  readonly needs?: string | readonly string[]
  readonly 'runs-on': string
  readonly 'timeout-minutes'?: number
  readonly permissions?: Readonly<Record<string, string>>
  readonly env?: unknown
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean }
  readonly outputs?: Readonly<Record<string, string>>
  readonly strategy?: { readonly matrix: Readonly<Record<string, unknown>> }
  readonly steps: readonly Step[]
}

export interface Workflow {
  readonly name: string
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions?: unknown
  readonly env?: unknown
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean }
  readonly jobs: Readonly<Record<string, Job>>
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly required?: boolean; readonly default?: string }>>
  readonly outputs?: Readonly<Record<string, { readonly value: string }>>
  readonly runs: { readonly using: string; readonly steps: readonly Step[] }
}

/** What a job may do, and which secrets it may hold: nothing else than what stands here. */
export interface Duty {
  readonly permissions: Readonly<Record<string, string>>
  readonly secrets?: readonly string[]
  /** Meets bytes or hosts of strangers: it may not even hold the workflow's own token. */
  readonly untrusted?: true
  readonly selfHosted?: true
}

const REGISTRY = ['ROUNDKEEPER_REGISTRY_USERNAME', 'ROUNDKEEPER_REGISTRY_PASSWORD']
const TOLD = ['ROUNDKEEPER_DISCORD_WEBHOOK', 'ROUNDKEEPER_SLACK_WEBHOOK', 'ROUNDKEEPER_WEBHOOK']
const CLOUDS = ['TARGON_API_KEY', 'VERDA_CLIENT_ID', 'VERDA_CLIENT_SECRET', 'RUNPOD_API_KEY']
const COMMITS = { actions: 'read', contents: 'write' }

const COMMITTER: Duty = {
  permissions: COMMITS,
  secrets: [
    ...['ROUNDKEEPER_GIT_TOKEN', 'ROUNDKEEPER_APP_ID', 'ROUNDKEEPER_APP_KEY'],
    ...['ROUNDKEEPER_STORE_KEY_ID', 'ROUNDKEEPER_STORE_KEY_SECRET', ...REGISTRY],
    ...TOLD,
  ],
}

export const DUTIES: Readonly<Record<string, Duty>> = {
  'advance.yml due': { permissions: { contents: 'read' } },
  'advance.yml gather': { permissions: {}, untrusted: true },
  'advance.yml judge': { permissions: {}, untrusted: true, secrets: ['ROUNDKEEPER_JUDGE_API_KEY'] },
  'advance.yml commit': COMMITTER,
  'audit.yml due': { permissions: { contents: 'read' } },
  'audit.yml run': { permissions: {}, untrusted: true, secrets: CLOUDS },
  'audit.yml commit': COMMITTER,
  'advance-self-hosted.yml advance': {
    permissions: COMMITS,
    secrets: ['ROUNDKEEPER_GIT_TOKEN', 'ROUNDKEEPER_SIGNING_KEY', ...TOLD],
    selfHosted: true,
  },
  'build-and-push.yml setup': { permissions: { contents: 'read' } },
  'build-and-push.yml build': { permissions: { packages: 'write' }, secrets: REGISTRY },
  'deadman.yml deadman': { permissions: { contents: 'read', issues: 'write' } },
  'heartbeat.yml heartbeat': { permissions: { actions: 'write' } },
  'pages.yml draw': { permissions: {}, untrusted: true },
  'pages.yml publish': { permissions: { 'id-token': 'write', pages: 'write' } },
  'verify.yml verify': { permissions: { contents: 'read', 'security-events': 'write' } },
}

const TRIGGERS = ['schedule', 'workflow_dispatch', 'repository_dispatch', 'push']
/** Where a started run has a deadline of hours, GitHub ends it after six. */
const MAX_MINUTES = 355
const MAX_RETENTION_DAYS = 30
const OURS = /^\.\/roundkeeper\/\.github\/actions\/[a-z-]+$/
const PINNED = /^(?:actions\/[a-z-]+(?:\/[a-z-]+)*|github\/codeql-action\/upload-sarif)@[0-9a-f]{40}$/
/** Artifacts, and where they go: those of others than their name says only where nothing but uploads gets in. */
const TAKEN = [
  { pattern: 'gathered-uploads-*', path: 'gathered/uploads' },
  ...Object.entries({ run: 'runs', judge: 'duels' }).map(([job, folder]) => ({
    'artifact-ids': ['$', `{{ needs.${job}.outputs.gathered }}`].join(''),
    path: `gathered/${folder}`,
  })),
].map((given) => JSON.stringify(given))
/** Which engine; a person sets it. */
const REF = ['$', '{{ vars.ROUNDKEEPER_REF }}'].join('')
const EXPRESSION = /\$\{\{([^}]*)\}\}/g
/** Of an event, people outside decide what it says; these they do not. */
const EVENT = /github\.(?:event(?!_name|\.schedule\b)|head_ref|actor\b|triggering_actor)/

const expressionsIn = (value: unknown): string[] =>
  [...JSON.stringify(value ?? null).matchAll(EXPRESSION)].map(([, inside = '']) => inside)

const secretsIn = (value: unknown): string[] =>
  expressionsIn(value).flatMap((inside) =>
    [...inside.matchAll(/secrets(?:\.(\w+)|\b(?!\.))/g)].map(([, name = '*']) => name),
  )

const holdsToken = (value: unknown) =>
  expressionsIn(value).some((inside) => /github\.token|GITHUB_TOKEN|toJSON\(\s*(?:github|secrets)/i.test(inside))

/** Everything that is wrong with a workflow of the template. */
export function problemsOf(file: string, text: string): string[] {
  const workflow = parse(text) as Workflow
  const jobs = Object.entries(workflow.jobs)
  return [
    ...triggerProblems(workflow),
    ...(JSON.stringify(workflow.permissions) === '{}' ? [] : ['the workflow grants permissions to every job']),
    ...(workflow.env === undefined ? [] : ['a variable for every job']),
    ...concurrencyProblems(workflow),
    ...pinProblems(text),
    ...jobs.flatMap(([name, job]) => jobProblems(file, name, job).map((problem) => `${name}: ${problem}`)),
    ...missingDuties(file, Object.keys(workflow.jobs)),
  ]
}

function triggerProblems({ on }: Workflow): string[] {
  const crons = ((on.schedule ?? []) as { cron: string }[]).map(({ cron }) => cron)
  const push = on.push as { branches?: string[]; paths?: string[] } | undefined
  return [
    ...Object.keys(on).flatMap((name) => (TRIGGERS.includes(name) ? [] : [`started by ${name}`])),
    ...('workflow_dispatch' in on ? [] : ['nobody can start it by hand']),
    ...crons.flatMap((cron) => (minutesOf(cron).every(isQuiet) ? [] : [`everybody starts at ${cron}`])),
    ...(push === undefined || (push.branches?.join() === 'main' && push.paths !== undefined) ? [] : ['any push']),
  ]
}

/** Of a cron line. */
const minutesOf = (cron: string): number[] => (cron.split(' ')[0] ?? '').split(',').map(Number)
/** GitHub is late most where most people start, on the hour and at even tens. */
const isQuiet = (minute: number) => Number.isInteger(minute) && minute > 0 && minute < 60 && minute % 2 === 1

function concurrencyProblems({ on, concurrency, jobs }: Workflow): string[] {
  const groups = [concurrency, ...Object.values(jobs).map((job) => job.concurrency)].filter(
    (group) => group !== undefined,
  )
  const names = groups.map(({ group }) => group)
  return [
    ...('schedule' in on && concurrency === undefined ? ['two runs at once'] : []),
    ...groups.flatMap((group) =>
      group['cancel-in-progress'] === false ? [] : [`${group.group} ends what is at work`],
    ),
    ...(new Set(names).size === names.length ? [] : ['a job waits for its own workflow']),
    ...names.filter((name) => name.includes('${{')).map((name) => `a group that depends on ${name}`),
  ]
}

/** `owner/name@commit # v1.2.3` */
export const pinProblems = (text: string): string[] =>
  [...text.matchAll(/^\s*(?:- )?uses:\s*(.+)$/gm)].flatMap(([, what = '']) =>
    OURS.test(what) || (PINNED.test(what.split(' ')[0] ?? '') && / # v\d+\.\d+\.\d+$/.test(what))
      ? []
      : [`${what} is not pinned`],
  )

const missingDuties = (file: string, jobs: readonly string[]): string[] =>
  Object.keys(DUTIES)
    .filter((key) => key.startsWith(`${file} `) && !jobs.includes(key.slice(file.length + 1)))
    .map((key) => `there is no job ${key}`)

function jobProblems(file: string, name: string, job: Job): string[] {
  const duty = DUTIES[`${file} ${name}`]
  if (duty === undefined) return ['nobody said what it may do']
  const minutes = job['timeout-minutes'] ?? Number.POSITIVE_INFINITY
  const secrets = secretsIn(job).filter((secret) => !(duty.secrets ?? []).includes(secret))
  const isFirst = job.needs === undefined
  const writes = Object.values(duty.permissions).includes('write')
  return [
    ...(sorted(job.permissions) === sorted(duty.permissions)
      ? []
      : [`may do ${JSON.stringify(job.permissions ?? 'all')}`]),
    ...(minutes <= MAX_MINUTES ? [] : ['may take for ever']),
    ...(job['runs-on'] === (duty.selfHosted ? 'self-hosted' : 'ubuntu-latest') || /^\$\{\{ vars\./.test(job['runs-on'])
      ? []
      : [`runs on ${job['runs-on']}`]),
    ...secrets.map((secret) => `holds ${secret}`),
    ...(job.env === undefined ? [] : ['a variable for every step']),
    ...(duty.untrusted && holdsToken(job) ? ['holds the token of the workflow'] : []),
    ...(isFirst && !/^vars\.ROUNDKEEPER_\w+ [!=]= '\w*'$/.test(job.if ?? '') ? ['starts unasked'] : []),
    ...(duty.permissions.contents === 'write' && job.concurrency?.group !== 'committer'
      ? ['commits beside others']
      : []),
    ...job.steps.flatMap((step) => stepProblems(step, { writes, isBuild: file === 'build-and-push.yml' })),
    ...expressionsIn(job)
      .filter((inside) => EVENT.test(inside) && !isLogin(inside))
      .map((inside) => `reads ${inside.trim()}`),
  ]
}

/** To a registry GitHub wants the name of whoever started the run. */
const isLogin = (inside: string) => inside.trim() === 'secrets.ROUNDKEEPER_REGISTRY_USERNAME || github.actor'

const sorted = (permissions: Readonly<Record<string, string>> | undefined) =>
  permissions === undefined ? undefined : JSON.stringify(Object.entries(permissions).sort())

interface Where {
  readonly writes: boolean
  readonly isBuild?: boolean
}

export function stepProblems(step: Step, { writes }: Where): string[] {
  const { uses = '', run = '', with: given = {} } = step
  const what = uses.split('@')[0] ?? ''
  const days = Number(given['retention-days'] ?? Number.POSITIVE_INFINITY)
  return [
    ...(run.includes('${{') ? ['an expression inside a script'] : []),
    ...(isReadable(run) ? [] : ['a script that no shell can read']),
    ...(what === 'actions/checkout' && given['persist-credentials'] !== false
      ? ['leaves a token in the checkout']
      : []),
    ...(what === 'actions/checkout' && given.repository === undefined && writes
      ? ['runs what whoever may commit writes']
      : []),
    ...(what === 'actions/setup-node' && (given['package-manager-cache'] !== false || given.cache !== undefined)
      ? ['believes a cache']
      : []),
    ...(what.startsWith('actions/cache') && writes ? ['believes a cache where it may write'] : []),
    ...(/^actions\/upload-(?:pages-)?artifact$/.test(what) && days > MAX_RETENTION_DAYS
      ? ['keeps an artifact for long']
      : []),
    ...(what === 'actions/download-artifact' && !TAKEN.includes(JSON.stringify(given)) ? ['takes any artifact'] : []),
    ...(given['merge-multiple'] === undefined ? [] : ['lets artifacts write over one another']),
    ...(given.ref !== undefined && given.ref !== REF ? ['checks out what others choose'] : []),
  ]
}

const isReadable = (script: string) =>
  script === '' || spawnSync('bash', ['-n'], { input: script, stdio: ['pipe', 'ignore', 'ignore'] }).status === 0

/** Everything that is wrong with a composite action. */
export function actionProblems(text: string): string[] {
  const { inputs, runs } = parse(text) as Action
  const steps = runs.steps
  const given = JSON.stringify(steps.map(({ env, with: taken, if: when }) => [env, taken, when]))
  const named = [...JSON.stringify(steps).matchAll(/inputs\.([\w-]+)/g)].map(([, name = '']) => name)
  return [
    ...(runs.using === 'composite' ? [] : ['is no composite action']),
    ...pinProblems(text),
    ...steps.flatMap((step) => stepProblems(step, { writes: false })),
    ...steps.flatMap(({ run, shell }) => (run === undefined || shell === 'bash' ? [] : ['a script without a shell'])),
    ...Object.keys(inputs).flatMap((name) =>
      new RegExp(`inputs\\.${name}(?![\\w-])`).test(given) ? [] : [`${name} gets nowhere`],
    ),
    ...named.flatMap((name) => (name in inputs ? [] : [`there is no input ${name}`])),
    ...(secretsIn(steps).length > 0 || holdsToken(steps) ? ['takes what it was not given'] : []),
    ...Object.values(inputs).flatMap(({ default: value = '' }) =>
      value.includes('${{') ? ['a default that is no text'] : [],
    ),
  ]
}
