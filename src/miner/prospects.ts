/** What would become of a hotkey's entry if the window closed now, by the collector's own rules. */
import type { Reveal } from '../chain/chain.ts'
import { type Outlook, outlookOf } from '../rules/reveal-outlook.ts'
import { codeOf, type RevealSchema, type Selection } from '../rules/reveals.ts'
import type { Config } from '../state/config.ts'
import type { MinerChain } from './miner-chain.ts'
import type { SeenCommit } from './naming.ts'
import { type Current, windowOf } from './window.ts'

export interface SelectionRequest {
  readonly chain: Pick<MinerChain, 'reveals' | 'registrations'>
  readonly netuid: number
  readonly config: Config
  readonly schema: (config: Config) => RevealSchema
  /** The round that is looked at: the current one, or the next. */
  readonly round: number
  readonly current: Current
  /** That the chain is read at. */
  readonly block: number
}

export interface ProspectsRequest extends SelectionRequest {
  readonly hotkey: string
  /** A reveal that is still to come: what does it change? */
  readonly coming?: Reveal
  /** The commit that its repository was found to have. */
  readonly seen?: SeenCommit | undefined
}

/** @throws `unavailable` */
export async function prospectsOf({ hotkey, coming, seen, ...request }: ProspectsRequest): Promise<Outlook> {
  const known = await selectionOf(request)
  const selection = coming === undefined ? known : { ...known, reveals: [...known.reveals, coming] }
  const isEntered = codeOf(selection).some((code) => code.hotkey === hotkey && code.commit === seen?.commit)
  if (!isEntered || seen?.hotkey === undefined) return outlookOf(selection, hotkey)
  return outlookOf({ ...selection, commitHotkeys: new Map([[hotkey, seen.hotkey]]) }, hotkey)
}

/** What the collector would select from, as of a block; but for the hosts of repositories, which are not asked. @throws `unavailable` */
export async function selectionOf(request: SelectionRequest): Promise<Selection> {
  const { chain, netuid, config, schema, round, current, block } = request
  return {
    reveals: await chain.reveals(netuid, block),
    window: windowOf(round, current.round, current.schedule),
    schema: schema(config),
    round: `${config.name}-${round}`,
    rules: config.rules ?? 'legacy',
    registrations: config.rules === 'v1' ? await chain.registrations(netuid, block) : undefined,
  }
}

/** A competition may say on which subnet it takes place; then only what is committed there counts. */
export const otherSubnet = ({ name, netuid }: Config, chosen: number): string[] =>
  netuid === undefined || netuid === chosen ? [] : [`${name} takes place on subnet ${netuid}, not on subnet ${chosen}.`]
