import type { Chain } from '../../chain/chain.ts'
import type { Entry } from '../entries.ts'

/** The chain that a demo plays on: what the engine reads, what the miners commit, and how time passes there. */
export interface DemoChain extends AsyncDisposable {
  readonly chain: Chain
  /** `chain` of the demo's `roundkeeper.json`. */
  readonly settings: Readonly<Record<string, string>>
  /** What the miners are going to commit in this round; told again after every interruption. */
  expect(entries: readonly Entry[]): Promise<void>
  /** Lets the time pass until then: whoever wants to commit something before does so on the way. */
  passUntil(date: Date): Promise<void>
}
