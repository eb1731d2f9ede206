/** Discord by webhook: one embed a notice, colours as the first competition had them, nobody pinged. */
import { unlinked } from './markdown.ts'
import type { Fact, Notice, Notifier, Tone } from './notifier.ts'
import { postJson, type Webhook } from './post.ts'

const COLOURS: Readonly<Record<Tone, number>> = { good: 0x2ecc71, plain: 0x9b59b6, warning: 0xe67e22, bad: 0xe74c3c }
/** Its limits are higher, for each part and for all of them (6,000): nobody reads that much in a chat. */
const MAX = { title: 256, description: 1200, name: 50, value: 200, facts: 10 }

export class DiscordNotifier implements Notifier {
  readonly id: string
  readonly #webhook: Webhook

  constructor(webhook: Webhook) {
    this.id = `discord:${webhook.variable}`
    this.#webhook = webhook
  }

  tell(notice: Notice, signal: AbortSignal): Promise<void> {
    return postJson(this.#webhook, discordMessage(notice), signal)
  }
}

export function discordMessage({ title, text, tone, facts, links, at }: Notice): object {
  const places = links.map((link) => `[${escaped(link.text)}](${link.url})`).join(' · ')
  const body = cut(escaped(text), MAX.description)
  const description = [body, places].filter((part) => part !== '').join('\n')
  const embed = {
    title: cut(escaped(title), MAX.title),
    color: COLOURS[tone],
    timestamp: at.toISOString(),
    ...(description !== '' && { description }),
    ...(facts.length > 0 && { fields: facts.slice(0, MAX.facts).map(field) }),
  }
  return { embeds: [embed], allowed_mentions: { parse: [] } }
}

function field({ name, value, at }: Fact) {
  const moment = at === undefined ? '' : `<t:${Math.floor(at.getTime() / 1000)}:f>`
  const told = [cut(escaped(value), MAX.value), moment].filter((part) => part !== '').join(', ')
  return { name: cut(escaped(name), MAX.name), value: told === '' ? '–' : told, inline: false }
}

const escaped = (text: string) => unlinked(text).replace(/[\\`*_~|<>[\]()#-]/g, '\\$&')

/** Not in the middle of an escape. */
const cut = (text: string, max: number) => (text.length > max ? `${text.slice(0, max - 1).replace(/\\+$/, '')}…` : text)
