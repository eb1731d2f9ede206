/**
 * One issue for one trouble: opened when it begins, kept up to date while it lasts, closed when it is over. Whoever runs it
 * remembers nothing: the issue is the open one with the label and, in its body, the hidden marker. The label is what counts
 * against strangers, who can write any text into an issue but cannot label it.
 */
import { RoundkeeperError } from '../errors.ts'
import { masked } from '../mask.ts'
import { parseGithubAddress } from '../repo/github/address.ts'
import { Unanswered } from '../repo/github/connection.ts'
import { GithubIssues, type Issue, type IssuesOptions } from './github-issues.ts'

export interface StandingIssueOptions extends Omit<IssuesOptions, 'repository'> {
  /** `OWNER/NAME` */
  readonly repository: string
  /** What tells this trouble from others: lower-case letters, digits, dots and dashes. */
  readonly marker: string
  readonly label?: string
}

export const LABEL = 'roundkeeper'
const MAX_TITLE = 256
const MAX_BODY = 60_000

/** Every call may throw what `GithubIssues` throws; made again, it does what is left. */
export class StandingIssue {
  readonly #issues: GithubIssues
  readonly #marker: string
  readonly #label: string

  /** @throws RoundkeeperError `usage` for what is no repository or marker */
  constructor({ repository, marker, label = LABEL, ...options }: StandingIssueOptions) {
    if (!/^[a-z0-9][a-z0-9.-]{0,99}$/.test(marker)) {
      throw new RoundkeeperError('usage', 'this is no marker of an issue', { where: marker })
    }
    this.#issues = new GithubIssues({ ...options, repository: parseGithubAddress(repository) })
    this.#marker = `<!-- roundkeeper:${marker} -->`
    this.#label = label
  }

  /** Opens it, or brings the open one up to date. An edit tells nobody: only another title is told, by a comment. */
  async raise(title: string, body: string, signal: AbortSignal): Promise<void> {
    const wanted = { title: plain(title).replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE), body: this.#marked(body) }
    const known = await this.#find(signal)
    if (known === undefined) return this.#begin(wanted, signal)
    if (!sameText(known.title, wanted.title)) {
      await this.#say(known, `**${wanted.title}**\n\n${cut(body)}`, signal)
    } else if (sameText(known.body, wanted.body)) return
    await this.#issues.update(known.number, wanted, signal)
  }

  /** Closes it with a last word; nothing where none is open. */
  async settle(body: string, signal: AbortSignal): Promise<void> {
    const known = await this.#find(signal)
    if (known === undefined) return
    await this.#say(known, cut(body), signal)
    await this.#issues.update(known.number, { state: 'closed', state_reason: 'completed' }, signal)
  }

  /** The oldest; others, which two runs at once have opened, are closed. */
  async #find(signal: AbortSignal): Promise<Issue | undefined> {
    const open = await this.#issues.open(this.#label, signal)
    const [first, ...doubles] = open
      .filter(({ body, labels }) => body.includes(this.#marker) && labels.includes(this.#label))
      .sort((a, b) => a.number - b.number)
    for (const { number } of doubles) {
      await this.#issues.update(number, { state: 'closed', state_reason: 'not_planned' }, signal)
    }
    return first
  }

  async #begin({ title, body }: { title: string; body: string }, signal: AbortSignal): Promise<void> {
    try {
      const made = await this.#issues.create(title, body, this.#label, signal)
      if (!made.labels.includes(this.#label)) await this.#giveUp(made, signal)
    } catch (error) {
      // It may be there all the same.
      if (error instanceof Unanswered && (await this.#find(signal)) !== undefined) return
      throw error
    }
    // Another run may have opened one meanwhile: of two, both keep the same.
    await this.#find(signal)
  }

  /** Without its label it would never be found again: each run would open one more. */
  async #giveUp({ number }: Issue, signal: AbortSignal): Promise<never> {
    await this.#issues.update(number, { state: 'closed', state_reason: 'not_planned' }, signal)
    throw new RoundkeeperError('unauthorised', `GitHub dropped the label ${this.#label} from the issue`, {
      where: this.#issues.where,
      hint: 'Only who may push can label: take a token of somebody with write access to that repository.',
    })
  }

  /** Once, though a run may have died after it. */
  async #say(issue: Issue, text: string, signal: AbortSignal): Promise<void> {
    const said = (await this.#issues.lastComments(issue, signal)).at(-1)
    if (said === undefined || !sameText(said, plain(text)))
      await this.#issues.comment(issue.number, plain(text), signal)
  }

  #marked = (body: string) => `${cut(plain(body))}\n\n${this.#marker}`
}

/** Nobody is pinged, and no other marker gets in: texts may have come from strangers. */
const plain = (text: string) =>
  masked(text)
    .replace(/@(?=[\w-])/g, '@\u200b')
    .replaceAll('<!--', '<\u200b!--')

const cut = (text: string) => (text.length > MAX_BODY ? `${text.slice(0, MAX_BODY)}…` : text)

/** GitHub changes line breaks and what is at the ends, and may do more: whoever cannot tell comments for ever. */
const sameText = (a: string, b: string) => essence(a) === essence(b)
const essence = (text: string) => text.normalize('NFC').replaceAll('\u200b', '').replace(/\s+/g, ' ').trim()
