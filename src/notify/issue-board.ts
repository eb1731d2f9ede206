/** Troubles as issues on GitHub: one for each kind, open for as long as it lasts. */
import { asMarkdown } from './markdown.ts'
import type { Board, Notice, Trouble } from './notifier.ts'
import { StandingIssue, type StandingIssueOptions } from './standing-issue.ts'

export interface IssueBoardOptions extends Omit<StandingIssueOptions, 'marker'> {
  /** What tells this competition's issues from those of others in the same repository. */
  readonly competition: string
}

export class IssueBoard implements Board {
  readonly id: string
  readonly #options: IssueBoardOptions

  /** @throws RoundkeeperError `usage` for what is no repository */
  constructor(options: IssueBoardOptions) {
    this.id = `github-issue:${options.repository}`
    this.#options = options
    this.#of('late')
  }

  async show({ event, notice, over }: Trouble, signal: AbortSignal): Promise<void> {
    const issue = this.#of(event)
    if (notice === undefined) await issue.settle(over, signal)
    else await issue.raise(notice.title, asMarkdown(notice), signal)
  }

  async test(notice: Notice, signal: AbortSignal): Promise<void> {
    const issue = this.#of('test')
    await issue.raise(notice.title, asMarkdown(notice), signal)
    await issue.settle('It works.', signal)
  }

  #of(event: Trouble['event'] | 'test'): StandingIssue {
    const { competition, ...options } = this.#options
    const name = competition.toLowerCase().replace(/[^a-z0-9.-]+/g, '-')
    return new StandingIssue({ ...options, marker: `${event}.${name}`.slice(0, 100) })
  }
}
