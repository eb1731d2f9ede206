/**
 * The way to a chain: one session at a time, opened when something is asked and again when it was lost, with the next
 * node when one fails. Never moves to a node of another chain.
 */
import { RoundkeeperError } from '../../errors.ts'
import { isFault, isPruned, LinkFault, within } from './link.ts'
import { Runtimes } from './runtime.ts'
import { type Node, openSession, type Session } from './session.ts'

export interface ConnectionOptions {
  /** For messages. */
  readonly network: string
  /** Tried in turn; at least one. */
  readonly nodes: readonly Node[]
  readonly genesisHash: string | undefined
  readonly timeoutMs: number
}

export class Connection implements AsyncDisposable {
  readonly #options: ConnectionOptions
  #genesisHash: string | undefined
  /** Which node is asked first. */
  #preferred = 0
  #session: Session | undefined
  readonly #runtimes = new Runtimes()
  #opening: Promise<Session> | undefined
  #closed = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#genesisHash = options.genesisHash
  }

  /** Of the chain that answered first, when none was expected. */
  get genesisHash(): string {
    if (this.#genesisHash === undefined) throw new RoundkeeperError('internal', 'no session has been opened yet')
    return this.#genesisHash
  }

  /**
   * Asks one node, and the others in turn as long as they fail. `question` may be asked several times.
   * @throws what it throws, unless that is a fault of the node; `unavailable` after the last one
   */
  async ask<T>(question: (session: Session) => Promise<T>): Promise<T> {
    const until = performance.now() + this.#options.timeoutMs
    const { nodes, network, timeoutMs } = this.#options
    const faults: string[] = []
    // One more than there are nodes: the session that we had may have been lost long ago.
    for (let attempt = 0; attempt <= nodes.length; attempt++) {
      const left = until - performance.now()
      if (left <= 0) break
      const share = Math.min(left, timeoutMs / Math.min(nodes.length, 3))
      const session = await this.session(left)
      try {
        return await within(Math.ceil(share), session.link.endpoint, question(session))
      } catch (error) {
        if (!isFault(error) || isPruned(error)) throw error
        faults.push(
          error.message.startsWith(session.link.endpoint)
            ? error.message
            : `${session.link.endpoint}: ${error.message}`,
        )
        this.drop(session)
      }
    }
    throw unavailable(network, faults)
  }

  /** The session that there is, or a new one. @throws `unavailable`, `refused` for another chain, `aborted` */
  async session(timeoutMs = this.#options.timeoutMs): Promise<Session> {
    if (this.#closed) {
      throw new RoundkeeperError('aborted', 'the connection has been closed', { where: this.#options.network })
    }
    if (this.#session !== undefined) return this.#session
    this.#opening ??= this.#open(timeoutMs).finally(() => {
      this.#opening = undefined
    })
    return this.#opening
  }

  /** Ends a session that is of no use any more; the next one is with the next node. */
  drop(session: Session): void {
    const { nodes } = this.#options
    if (nodes[this.#preferred]?.endpoint === session.link.endpoint) {
      this.#preferred = (this.#preferred + 1) % nodes.length
    }
    this.#forget(session)
    session.link.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    await this.#opening?.catch(() => undefined)
    this.#session?.link.close()
  }

  #forget(session: Session): void {
    if (this.#session === session) this.#session = undefined
  }

  async #open(timeoutMs: number): Promise<Session> {
    const { nodes, network } = this.#options
    const until = performance.now() + timeoutMs
    const faults: string[] = []
    for (const [tried, node] of [...nodes.slice(this.#preferred), ...nodes.slice(0, this.#preferred)].entries()) {
      const left = until - performance.now()
      if (left <= 0) break
      try {
        const session = await openSession(node, Math.ceil(left / Math.min(nodes.length - tried, 3)), this.#runtimes)
        this.#mustBeThatChain(session)
        this.#preferred = nodes.indexOf(node)
        this.#session = session
        session.link.lost.then(() => this.#forget(session))
        return session
      } catch (error) {
        if (!isFault(error)) throw error
        faults.push(error.message.startsWith(node.endpoint) ? error.message : `${node.endpoint}: ${error.message}`)
      }
    }
    throw unavailable(network, faults)
  }

  #mustBeThatChain({ link, genesisHash }: Session): void {
    this.#genesisHash ??= genesisHash
    if (genesisHash === this.#genesisHash) return
    link.close()
    throw new RoundkeeperError(
      'refused',
      `another chain answers: its genesis is ${genesisHash}, not ${this.#genesisHash}`,
      {
        where: link.endpoint,
        hint: `Name a node of ${this.#options.network}, or the network that you mean.`,
      },
    )
  }
}

const unavailable = (network: string, faults: readonly string[]) =>
  new RoundkeeperError(
    'unavailable',
    `no node of ${network} answers: ${[...new Set(faults)].join('; ') || 'out of time'}`,
    {
      where: network,
      hint:
        network === 'local'
          ? 'Start a node on this machine, or a chain of your own with: roundkeeper devchain'
          : 'See whether the node is up and can be reached from here, or name others: ws:// and wss:// URLs with commas between them.',
    },
  )

/** The node is not as far as another one was: that one may come back, or this one catch up. */
export const behind = (session: Session, number: number) =>
  new LinkFault(`${session.link.endpoint}: has not seen block ${number} yet, which another node has`)
