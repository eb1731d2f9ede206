/** The RPC of a node: what its methods are, and who is connected. Sockets and in-process clients open their sessions here. */
import type { Clock } from '../../../engine/clock.ts'
import type { DevControls } from '../dev-controls.ts'
import { Mischief } from '../mischief.ts'
import type { SubstrateNode } from '../substrate-node.ts'
import { authorFeeds, authorMethods } from './author-methods.ts'
import { chainFeeds, chainMethods } from './chain-methods.ts'
import { type Connections, devMethods } from './dev-methods.ts'
import type { Feed, Method } from './method.ts'
import { type Client, type Desk, Session } from './session.ts'
import { stateFeeds, stateMethods } from './state-methods.ts'
import { systemMethods } from './system-methods.ts'

export interface EndpointOptions {
  /** By which slow answers are slow. */
  readonly clock: Clock
  readonly mischief?: Mischief
  /** State older than so many blocks before the last final one is refused. All of it is kept, if absent. */
  readonly keepStates?: number
  /** Told of errors that no method should throw; the client reads −32603. */
  readonly onFailure?: (error: unknown) => void
}

export class Endpoint implements Connections {
  readonly mischief: Mischief
  readonly #methods = new Map<string, Method>()
  readonly #feeds = new Map<string, Feed>()
  readonly #sessions = new Set<Session>()
  readonly #desk: Desk
  #lastId = 0
  #shut = false

  constructor(node: SubstrateNode & DevControls, options: EndpointOptions) {
    const { clock, mischief = new Mischief(), keepStates = Number.POSITIVE_INFINITY, onFailure } = options
    this.mischief = mischief
    const methods = [
      ...[...chainMethods(node), ...stateMethods(node, keepStates), ...authorMethods(node), ...systemMethods(node)],
      ...devMethods(node, mischief, this),
      { names: ['rpc_methods'], run: () => ({ methods: this.names }) } satisfies Method,
    ]
    for (const method of methods) for (const name of method.names) this.#methods.set(name, method)
    for (const feed of [...chainFeeds(node), ...stateFeeds(node), ...authorFeeds(node)]) {
      for (const name of [...feed.names, ...feed.enders]) this.#feeds.set(name, feed)
    }
    // Ids do not come back when a chain is restarted: its clients may still name the old ones.
    const prefix = node.head().hash.slice(2, 10)
    this.#desk = {
      methodOf: (name) => this.#methods.get(name),
      feedOf: (name) => this.#feeds.get(name),
      nextId: () => `${prefix}-${++this.#lastId}`,
      meet: (names) => mischief.meet(names),
      catchUp: () => node.catchUp(),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      onFailure: onFailure ?? (() => undefined),
    }
  }

  get clients(): number {
    return this.#sessions.size
  }

  /** Of all methods, ascending. */
  get names(): string[] {
    return [...this.#methods.keys(), ...this.#feeds.keys()].sort()
  }

  get isShut(): boolean {
    return this.#shut
  }

  /** Everybody loses their connection, and nobody may come again. */
  shut(): void {
    this.#shut = true
    this.disconnectAllBut()
  }

  /** Whoever opens one closes it. Not when it is shut. */
  open(client: Client): Session {
    const session = new Session(this.#desk, {
      ...client,
      disconnect: () => {
        this.#sessions.delete(session)
        client.disconnect()
      },
    })
    this.#sessions.add(session)
    return session
  }

  close(session: Session): void {
    session.close()
    this.#sessions.delete(session)
  }

  disconnectAllBut(caller?: object): number {
    const others = [...this.#sessions].filter((session) => session !== caller)
    for (const session of others) session.disconnect()
    return others.length
  }

  dropSubscriptions(notification?: string): number {
    return [...this.#sessions].reduce((sum, session) => sum + session.dropSubscriptions(notification), 0)
  }
}
