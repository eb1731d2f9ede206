/** Any other program: the notice as JSON, as it is. */
import type { Notice, Notifier } from './notifier.ts'
import { postJson, type Webhook } from './post.ts'

export class WebhookNotifier implements Notifier {
  readonly id: string
  readonly #webhook: Webhook
  readonly #competition: string

  constructor(webhook: Webhook, competition: string) {
    this.id = `webhook:${webhook.variable}`
    this.#webhook = webhook
    this.#competition = competition
  }

  tell(notice: Notice, signal: AbortSignal): Promise<void> {
    return postJson(this.#webhook, { competition: this.#competition, ...notice }, signal)
  }
}
