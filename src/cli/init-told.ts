/** What `init` says: before anything is made, and what to do when it is. */

import { githubUrl, isGithubAddress, parseGithubAddress } from '../repo/github/address.ts'
import { files } from '../state/index.ts'
import { PROGRAM, quoted } from './copyable.ts'
import { isElsewhere, localRepo, type Planned } from './init-found.ts'
import { listIn } from './init-plan.ts'
import { notificationSchema } from './notifications-settings.ts'
import { OPERATOR_FILE } from './operator-settings.ts'
import type { ProviderName } from './pods-settings.ts'
import { credentialsOf } from './provider-credentials.ts'

/** What is about to be made, line by line. */
export const planTold = ({ config, schedule, startsAt, pool, outlook, settings, signers }: Planned): string[] => [
  `first round  reveals from block ${schedule.earliest_reveal_block} to ${schedule.latest_reveal_block}; starts ${startsAt ?? '?'}`,
  `prompts      ${pool.count} in the pool, ${config.prompts_per_round} a round; sha256 ${pool.sha256}`,
  `throne       ${outlook.summary}`,
  ...outlook.concerns.map((concern) => `             ${concern}`),
  `kept in      ${settings.repo}`,
  `signed       ${signers === undefined ? 'no: nobody can tell later who made which commit' : `by ${signers.engine.principal} and ${signers.operator.principal}`}`,
]

export interface NextStep {
  readonly what: string
  /** To be pasted into a shell. */
  readonly command: string
}

/** @param folder as the person called it */
export function nextSteps(planned: Planned, folder: string): NextStep[] {
  const { settings, dir } = planned
  const { repo = '' } = settings
  const at = quoted(folder)
  const secrets = secretsOf(planned)
  const url = isGithubAddress(repo) ? `${githubUrl(repo)}.git` : repo
  const push = `git -C ${quoted(`${dir}/${localRepo(planned)}`)} push ${quoted(url)} main`
  return [
    ...(isElsewhere(repo) ? [{ what: 'publish it, in an empty repository that you made there', command: push }] : []),
    ...(secrets.length === 0
      ? []
      : [
          {
            what: 'secrets, which are in the environment only',
            command: `export ${secrets.map((name) => `${name}=…`).join(' ')}`,
          },
        ]),
    ...workflowSteps(planned, folder),
    { what: 'check everything', command: `${PROGRAM} doctor --dir ${at}` },
    { what: 'see where it stands', command: `${PROGRAM} status ${at}` },
    { what: 'let it do what is due: by cron, or by hand', command: `${PROGRAM} advance --dir ${at} --until-idle` },
  ]
}

/** For a competition that GitHub's machines can run by themselves: nothing of it is on this one. */
function workflowSteps({ settings }: Planned, folder: string): NextStep[] {
  const { repo = '', store, chain, judge, notifications = [] } = settings
  if (!isGithubAddress(repo) || store?.s3 === undefined || chain?.kind !== 'bittensor') return []
  const at = `--repo ${parseGithubAddress(repo).owner}/${parseGithubAddress(repo).repo}`
  const secrets = [
    ...['ROUNDKEEPER_STORE_KEY_ID', 'ROUNDKEEPER_STORE_KEY_SECRET'],
    ...(judge === undefined || judge.kind === 'offline' ? [] : ['ROUNDKEEPER_JUDGE_API_KEY']),
    ...notifications.map(variableOf).filter((name) => name !== 'GITHUB_TOKEN'),
  ]
  const variable = (name: string, value: string) => ({
    what: 'for the workflows, which then run it',
    command: `gh variable set ${name} ${at} ${value}`,
  })
  return [
    variable('ROUNDKEEPER_REPOSITORY', '--body OWNER/ENGINE'),
    variable('ROUNDKEEPER_REF', '--body COMMIT_OF_THE_ENGINE'),
    variable('ROUNDKEEPER_SETTINGS', `< ${quoted(`${folder}/${OPERATOR_FILE}`)}`),
    ...secrets.map((name) => ({ what: 'their secrets; it asks for each', command: `gh secret set ${name} ${at}` })),
  ]
}

function variableOf(notification: unknown): string {
  const told = notificationSchema.parse(notification)
  return told.kind === 'github-issue' ? told.token_env : told.url_env
}

/** Names of variables that have to be set before the engine runs. */
export function secretsOf({ settings, answers }: Planned): string[] {
  const { repo = '', store, judge } = settings
  const keys = judge === undefined || judge.kind === 'offline' ? [] : judge.endpoints.map((each) => each.api_key_env)
  const names = [
    ...(isElsewhere(repo) ? ['ROUNDKEEPER_GIT_TOKEN'] : []),
    ...(store?.s3 === undefined ? [] : ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']),
    ...keys.filter((name) => name !== undefined),
    ...(settings.notifications ?? []).map(variableOf),
    ...listIn(answers.providers ?? '').flatMap((name) => credentialsOf(name as ProviderName, {}).missing),
  ]
  return [...new Set(names)]
}

export const madeAsJson = (planned: Planned, folder: string) => ({
  dir: planned.dir,
  competition: planned.config.name,
  repo: `${planned.dir}/${localRepo(planned)}`,
  kept_in: planned.settings.repo,
  closes: planned.startsAt,
  closes_at_block: planned.schedule.latest_reveal_block,
  first_schedule: files.schedule.path(0),
  prompts: planned.pool,
  throne: {
    false_king: planned.outlook.falseKing,
    detectable: planned.outlook.detectable ?? null,
    summary: planned.outlook.summary,
  },
  keys: keysOf(planned),
  warnings: planned.warnings,
  environment: secretsOf(planned),
  next: nextSteps(planned, folder),
})

export const keysOf = ({ dir, signers }: Planned) =>
  signers === undefined
    ? null
    : { engine: `${dir}/${signers.engine.file}`, operator: `${dir}/${signers.operator.file}` }
