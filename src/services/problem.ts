// What a service answers instead of a result; the body is `{"detail": …}`, as the original's, and a code beside it.
import type { ContentfulStatusCode } from 'hono/utils/http-status'

export class ServiceProblem extends Error {
  override readonly name = 'ServiceProblem'
  readonly status: ContentfulStatusCode
  readonly code: string
  /** When to come again. */
  readonly retryAfterSeconds: number | undefined

  constructor(status: ContentfulStatusCode, code: string, detail: string, retryAfterSeconds?: number) {
    super(detail)
    this.status = status
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }

  get body(): { readonly detail: string; readonly code: string } {
    return { detail: this.message, code: this.code }
  }
}
