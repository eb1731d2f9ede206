/** What a node says of an extrinsic that it was given: hints of when to look, never proof. */
import { type PubSub, within } from './link.ts'
import { wordsIn } from './message.ts'
import type { Session } from './session.ts'

const SUBMIT: PubSub = {
  subscribe: 'author_submitAndWatchExtrinsic',
  notification: 'author_extrinsicUpdate',
  unsubscribe: 'author_unwatchExtrinsic',
}

export interface Watch {
  /** The last word on it, e.g. `ready`, `inBlock`, `finalized`, `dropped`. */
  readonly status: string
  /** Resolves when there is news, when the connection is lost, or when that long has passed. */
  news(ms: number): Promise<void>
  end(): void
}

/** Hands the extrinsic to the node. @throws RpcFault when its pool refuses, LinkFault when nobody knows whether it did */
export async function submitAndWatch(session: Session, hex: string, timeoutMs: number): Promise<Watch> {
  let status = 'sent'
  let news = Promise.withResolvers<void>()
  const heard = (update: unknown) => {
    status = wordsIn(typeof update === 'string' ? update : Object.keys(update ?? {})[0]) ?? 'unknown'
    news.resolve()
  }
  const submitted = session.link.subscribe(SUBMIT, [hex], heard)
  const end = await within(timeoutMs, `${session.link.endpoint}: ${SUBMIT.subscribe}`, submitted)
  let lost = false
  session.link.lost.then(() => {
    lost = true
    news.resolve()
  })
  return {
    get status() {
      return status
    },
    async news(ms) {
      if (lost) return
      const timer = setTimeout(() => news.resolve(), ms)
      await news.promise
      clearTimeout(timer)
      if (!lost) news = Promise.withResolvers()
    },
    end,
  }
}
