/** The issues of one repository on GitHub: what a standing issue needs of them, with errors that say what to do. */
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'
import { hide } from '../mask.ts'
import { type Refusal, unavailableError } from '../repo/github/answers.ts'
import { Connection, type ConnectionOptions } from '../repo/github/connection.ts'
import { type Repository, understood } from '../repo/github/credentials.ts'

const issueSchema = z.object({
  number: z.int().positive(),
  title: z.string(),
  body: z.string().nullable(),
  state: z.enum(['open', 'closed']),
  labels: z.array(z.union([z.string(), z.object({ name: z.string() })])),
  comments: z.int().min(0),
  pull_request: z.unknown().optional(),
})
const commentsSchema = z.array(z.object({ body: z.string().nullish() }))

export interface Issue {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly labels: readonly string[]
  /** How many there are. */
  readonly comments: number
}

export interface IssuesOptions extends Omit<ConnectionOptions, 'refusal'> {
  readonly repository: Repository
  readonly token: string
}

const PER_PAGE = 100
/** Of open issues with our label: more are not looked through. */
const MAX_PAGES = 10
const MAX_TEXT = 300

/** All throw `unauthorised`, `not-found`, `refused` and `unavailable`, and the reason of an aborted signal. */
export class GithubIssues {
  readonly where: string
  readonly #connection: Connection
  readonly #repository: Repository
  readonly #authorization: string

  constructor({ repository, token, ...options }: IssuesOptions) {
    this.where = `the issues of ${repository.owner}/${repository.repo}`
    this.#connection = new Connection({ ...options, refusal: issuesRefusal })
    this.#repository = repository
    hide(token)
    this.#authorization = `token ${token}`
  }

  /** Open ones with that label, oldest first. */
  async open(label: string, signal: AbortSignal): Promise<Issue[]> {
    const found: Issue[] = []
    for (let page = 1; page <= MAX_PAGES; page++) {
      const query = { labels: label, state: 'open', sort: 'created', direction: 'asc', per_page: PER_PAGE, page }
      const { data, hasNext } = await this.#ask('GET /repos/{owner}/{repo}/issues', query, signal)
      const listed = understood(z.array(issueSchema), data)
      // Pull requests are issues to this API.
      found.push(...listed.filter((each) => each.pull_request === undefined).map(issueOf))
      if (!hasNext) break
    }
    return found
  }

  async create(title: string, body: string, label: string, signal: AbortSignal): Promise<Issue> {
    const given = { title, body, labels: [label] }
    const { data } = await this.#ask('POST /repos/{owner}/{repo}/issues', given, signal, false)
    return issueOf(understood(issueSchema, data))
  }

  async update(issue: number, change: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    const given = { issue_number: issue, ...change }
    await this.#ask('PATCH /repos/{owner}/{repo}/issues/{issue_number}', given, signal)
  }

  /** The youngest comments, oldest of them first. */
  async lastComments({ number, comments }: Issue, signal: AbortSignal): Promise<string[]> {
    if (comments === 0) return []
    const query = { issue_number: number, per_page: PER_PAGE, page: Math.ceil(comments / PER_PAGE) }
    const { data } = await this.#ask('GET /repos/{owner}/{repo}/issues/{issue_number}/comments', query, signal)
    return understood(commentsSchema, data).map(({ body }) => body ?? '')
  }

  async comment(issue: number, body: string, signal: AbortSignal): Promise<void> {
    const given = { issue_number: issue, body }
    await this.#ask('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', given, signal, false)
  }

  #ask(route: string, parameters: object, signal: AbortSignal, repeatable = true) {
    const { owner, repo } = this.#repository
    const authorization = this.#authorization
    return this.#connection.ask({
      ...{ route, authorization, repeatable, signal },
      parameters: { owner, repo, ...parameters },
    })
  }
}

const issueOf = ({ number, title, body, labels, comments }: z.infer<typeof issueSchema>): Issue => ({
  ...{ number, title, comments, body: body ?? '' },
  labels: labels.map((label) => (typeof label === 'string' ? label : label.name)),
})

const issuesRefusal: Refusal = (status, where, message) => {
  const said = message.slice(0, MAX_TEXT)
  if (status === 401) {
    return new RoundkeeperError('unauthorised', 'GitHub does not know the token for issues', {
      where,
      hint: 'Set the variable that `token_env` names to a valid token.',
    })
  }
  if (status === 403) {
    return new RoundkeeperError('unauthorised', `GitHub does not allow it: ${said}`, {
      where,
      hint: 'Give the token the permission Issues (read and write) for this repository; a workflow: `issues: write`.',
    })
  }
  if (status === 404) {
    return new RoundkeeperError('not-found', 'GitHub has no such repository or issue, or does not show it', {
      where,
      hint: 'Check the name OWNER/NAME, and that the token is for that repository, with the permission Issues.',
    })
  }
  if (status === 410) {
    return new RoundkeeperError('refused', 'the repository has its issues turned off', {
      where,
      hint: 'Turn them on (Settings, Features, Issues), or name another repository.',
    })
  }
  if (status === 409) return unavailableError(where, said)
  return new RoundkeeperError('refused', `GitHub does not take it: HTTP ${status}: ${said}`, {
    where,
    hint: 'See what it says of the issue, and whether the repository is archived or locked.',
  })
}
