/** Who is told, as `roundkeeper.json` names them. */
import { basename } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import { ChatBoard } from '../notify/chat-board.ts'
import { DiscordNotifier } from '../notify/discord.ts'
import { IssueBoard } from '../notify/issue-board.ts'
import { type Memory, memoryIn } from '../notify/memory.ts'
import { EVENTS, LASTING_EVENTS, type Link, type Notifier } from '../notify/notifier.ts'
import { placesOf } from '../notify/places.ts'
import { SlackNotifier } from '../notify/slack.ts'
import type { Audience, Listener, Told } from '../notify/tell.ts'
import { WebhookNotifier } from '../notify/webhook.ts'
import type { NotificationSettings } from './notifications-settings.ts'
import type { Operator } from './operator.ts'
import { OPERATOR_FILE } from './operator-settings.ts'

type Environment = Readonly<Record<string, string | undefined>>

export interface OperatorAudience extends Audience {
  /** Of listeners that cannot be told anything, because something is missing. */
  readonly missing: Told['problems']
}

/** Never throws: whoever cannot be told is missing, and everything else goes on. */
export function audienceOf(
  { dir, settings, repo, clock, store }: Pick<Operator, 'dir' | 'settings' | 'repo' | 'clock' | 'store'>,
  environment: Environment = process.env,
): OperatorAudience {
  const memory = memoryIn(store)
  const { GITHUB_SERVER_URL: github, GITHUB_API_URL: api } = environment
  const name = nameOf(settings.repo, dir)
  const missing: { listener: string; error: unknown }[] = []
  const listeners = settings.notifications.flatMap((each): Listener[] => {
    try {
      return [listenerOf(each, { name, repo: settings.repo, clock, memory, environment, api })]
    } catch (error) {
      missing.push({ listener: each.kind, error })
      return []
    }
  })
  return {
    ...{ repo, clock, memory, listeners, missing },
    places: placesOf(settings.repo, github),
    links: runOf(environment),
  }
}

interface Around {
  readonly name: string
  readonly repo: string
  readonly clock: Operator['clock']
  readonly memory: Memory
  readonly environment: Environment
  readonly api: string | undefined
}

/** @throws RoundkeeperError `unauthorised` for a secret that is not set, `usage` for a repository that is not named */
function listenerOf(each: NotificationSettings, around: Around): Listener {
  const { name, repo, clock, memory, environment, api } = around
  if (each.kind === 'github-issue') {
    const token = secret(environment, each.token_env, 'a token with the permission Issues')
    const repository = each.repository ?? repositoryOf(repo)
    const board = new IssueBoard({ competition: name, repository, token, clock, baseUrl: api || undefined })
    return { board, events: new Set(each.events ?? LASTING_EVENTS) }
  }
  const { url_env: variable, events = EVENTS } = each
  const url = secret(environment, variable, 'the address of the webhook')
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw unset(variable, 'the http(s) address of the webhook')
  const webhook = { variable, url, clock }
  const notifier: Notifier =
    each.kind === 'discord'
      ? new DiscordNotifier(webhook)
      : each.kind === 'slack'
        ? new SlackNotifier(webhook)
        : new WebhookNotifier(webhook, name)
  return { notifier, board: new ChatBoard(notifier, memory, () => clock.now()), events: new Set(events) }
}

function secret(environment: Environment, variable: string, what: string): string {
  const value = environment[variable]
  if (value) return value
  throw unset(variable, what)
}

const unset = (variable: string, what: string) =>
  new RoundkeeperError('unauthorised', `the environment has no ${variable} that could be used`, {
    where: `${OPERATOR_FILE}: notifications`,
    hint: `Set ${variable} to ${what}, or take the entry out.`,
  })

function repositoryOf(repo: string): string {
  const found = /^(?:https:\/\/github\.com\/|github:)([^/]+\/[^/]+?)(?:\.git)?\/?$/.exec(repo)?.[1]
  if (found !== undefined) return found
  throw new RoundkeeperError('usage', 'it does not say in which repository of GitHub the issues are', {
    where: `${OPERATOR_FILE}: notifications`,
    hint: 'Give `repository`: OWNER/NAME.',
  })
}

/** For people, and to tell one competition's issues from another's: of its address, or of its folder. */
function nameOf(repo: string, dir: string): string {
  const isRemote = /^(github:|https?:\/\/)/.test(repo)
  return isRemote ? basename(repo.replace(/\/+$/, ''), '.git') : basename(dir)
}

/** On GitHub Actions, where its log is. */
function runOf({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run }: Environment): Link[] {
  if (!server || !repository || !run) return []
  return [{ text: 'log of the run', url: `${server}/${repository}/actions/runs/${run}` }]
}
