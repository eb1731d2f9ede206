/** Slack, and what takes its incoming webhooks: Mattermost, Rocket.Chat, Zulip. One text, since they agree on nothing else. */
import { unlinked } from './markdown.ts'
import { when } from './moments.ts'
import type { Notice, Notifier, Tone } from './notifier.ts'
import { postJson, type Webhook } from './post.ts'

const SIGNS: Readonly<Record<Tone, string>> = { good: '✅', plain: 'ℹ️', warning: '⚠️', bad: '🔴' }
/** Slack advises no more than 4,000 characters. */
const MAX_TEXT = 2500

export class SlackNotifier implements Notifier {
  readonly id: string
  readonly #webhook: Webhook

  constructor(webhook: Webhook) {
    this.id = `slack:${webhook.variable}`
    this.#webhook = webhook
  }

  tell(notice: Notice, signal: AbortSignal): Promise<void> {
    return postJson(this.#webhook, slackMessage(notice), signal)
  }
}

export function slackMessage({ title, text, tone, facts, links }: Notice): object {
  const told = facts.map(({ name, value, at }) => `${name}: ${[value, at && when(at)].filter(Boolean).join(', ')}`)
  const said = [text, ...told].filter((line) => line !== '').join('\n')
  const body = said.length > MAX_TEXT ? `${said.slice(0, MAX_TEXT)}…` : said
  const places = links.map(({ text: label, url }) => `<${url}|${escaped(label)}>`).join(' · ')
  return {
    text: [`${SIGNS[tone]} *${escaped(title.slice(0, 256))}*`, escaped(body), places]
      .filter((part) => part !== '')
      .join('\n'),
    mrkdwn: true,
    link_names: false,
  }
}

/** By Slack's own rule these three: no link, user, channel or group can be written without them. */
const escaped = (text: string) =>
  unlinked(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`\]]/g, '$&\u200b')
