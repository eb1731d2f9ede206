/**
 * Brings one signed extrinsic into the chain, or says why not. The same bytes are applied at most once, so that they may be
 * sent again; a connection that is lost meanwhile is opened again, and the chain itself is looked through for them. What
 * nodes report only says when to look: what counts is found in a final block.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { isError, RoundkeeperError } from '../../errors.ts'
import type { Receipt } from '../transactions.ts'
import type { Connection } from './connection.ts'
import { dispatchRefusal } from './dispatch-errors.ts'
import { failureOf, type Inclusion, Search } from './inclusion.ts'
import { isFault, LinkFault, RpcFault, within } from './link.ts'
import { isRefusal, poolRefusal } from './pool-errors.ts'
import type { Session } from './session.ts'
import type { SignedExtrinsic } from './signed-extrinsic.ts'
import { submitAndWatch, type Watch } from './watch.ts'

export interface SubmissionOptions {
  readonly connection: Connection
  readonly extrinsic: SignedExtrinsic
  /** The call, for messages: `commitments.setCommitment`. */
  readonly what: string
  /** By `performance.now()`. */
  readonly until: number
  /** Bounds what is asked of one node. */
  readonly timeoutMs: number
}

/** How often the chain is looked through while the node says nothing. */
const LOOK_EVERY_MS = 1000
const RECONNECT_EVERY_MS = 250
/** After these the node has no more to say. */
const LAST_WORDS = new Set(['invalid', 'dropped', 'usurped', 'finalityTimeout'])

export class Submission {
  readonly #options: SubmissionOptions
  readonly #search: Search
  /** Whether any node may have it: from then on a refusal proves nothing. */
  #isOut = false
  #heard = 'nothing'

  constructor(options: SubmissionOptions) {
    this.#options = options
    this.#search = new Search(options.extrinsic)
  }

  /** @throws `refused` by the pool, by the pallet, or for good by time; `unavailable` when nobody knows; `aborted` */
  async untilFinal(): Promise<Receipt> {
    const { connection, until } = this.#options
    while (performance.now() < until) {
      let session: Session | undefined
      try {
        session = await connection.session()
        const inclusion = await this.#attend(session)
        if (inclusion !== undefined) return await this.#outcome(session, inclusion)
      } catch (error) {
        // A node that fails says nothing of the chain.
        if (!isFault(error) && !isError(error, 'unavailable')) throw error
        this.#heard = error.message
        if (session !== undefined && error instanceof LinkFault) connection.drop(session)
      }
      await pause(RECONNECT_EVERY_MS)
    }
    throw this.#unknown()
  }

  /** Stays with one node until the extrinsic is found; undefined when this node has no more to say of it. */
  async #attend(session: Session): Promise<Inclusion | undefined> {
    if (this.#isOut) {
      const found = await this.#look(session)
      if (found !== undefined) return found
    }
    const watch = await this.#send(session)
    try {
      while (performance.now() < this.#options.until) {
        await (watch === undefined ? pause(LOOK_EVERY_MS) : watch.news(LOOK_EVERY_MS))
        if (watch !== undefined) this.#heard = watch.status
        const found = await this.#look(session)
        if (found !== undefined) return found
        if (watch === undefined || LAST_WORDS.has(watch.status)) return undefined
      }
      return undefined
    } finally {
      watch?.end()
    }
  }

  /** @returns undefined when the node refuses what another may have taken */
  async #send(session: Session): Promise<Watch | undefined> {
    const { extrinsic, timeoutMs, what } = this.#options
    try {
      const watch = await submitAndWatch(session, extrinsic.hex, timeoutMs)
      this.#isOut = true
      return watch
    } catch (error) {
      if (error instanceof RpcFault && isRefusal(error)) {
        if (!this.#isOut) throw poolRefusal(error, what)
        this.#heard = error.data ?? error.message
        return undefined
      }
      this.#isOut = true
      throw error
    }
  }

  async #look(session: Session): Promise<Inclusion | undefined> {
    const { extrinsic, timeoutMs, what } = this.#options
    return within(timeoutMs, session.link.endpoint, this.#search.go(session)).then(async (found) => {
      if (found !== undefined) return found
      const isOver = this.#search.isOver || (await this.#search.isOvertaken(session))
      if (!isOver) return undefined
      throw new RoundkeeperError(
        'refused',
        `it was not included, and never will be (last heard of it: ${this.#heard})`,
        {
          where: `${what} ${extrinsic.hash}`,
          hint: this.#search.isOver
            ? 'Nothing happened on the chain: repeat the command.'
            : 'Another transaction of the same account took its place: repeat the command.',
          retryable: true,
        },
      )
    })
  }

  async #outcome(session: Session, inclusion: Inclusion): Promise<Receipt> {
    const { extrinsicHash, blockHash, blockNumber } = inclusion
    const failure = await within(this.#options.timeoutMs, session.link.endpoint, failureOf(session, inclusion))
    if (failure === undefined) return { extrinsicHash, blockHash, blockNumber }
    const { registry } = await session.runtime()
    throw dispatchRefusal(failure, registry, `${this.#options.what} in block ${blockNumber}`)
  }

  #unknown(): RoundkeeperError {
    const { extrinsic, what } = this.#options
    const from = this.#search.clearedTo + 1
    return new RoundkeeperError(
      'unavailable',
      `nobody knows yet what became of it (last heard of it: ${this.#heard})`,
      {
        where: `${what} ${extrinsic.hash}`,
        hint: this.#isOut
          ? `It can be in blocks ${from} to ${extrinsic.death} and in no others: look for its effect before you try again.`
          : 'It was never sent: repeat the command when a node answers.',
        retryable: !this.#isOut,
      },
    )
  }
}
