/** Takes a seat on a subnet, for money: never for more than somebody said, and never twice. */
import type { Receipt } from '../chain/transactions.ts'
import { RoundkeeperError } from '../errors.ts'
import type { Keypair } from '../wallet/keypair.ts'
import type { MinerChain } from './miner-chain.ts'

const RAO_DIGITS = 9

export interface RegistrationRequest {
  readonly netuid: number
  readonly hotkey: string
  /** Rao; the coldkey pays the price of the moment, up to this. */
  readonly limit: bigint
}

export interface Price {
  /** Rao, at the chain's head; it moves with every registration. */
  readonly price: bigint
  readonly block: number
}

/** @throws `refused` for a hotkey that is registered already, and where the price is above the limit */
export async function priceOf(chain: MinerChain, { netuid, hotkey, limit }: RegistrationRequest): Promise<Price> {
  const { neurons } = await chain.metagraph(netuid)
  const seat = neurons.find((each) => each.hotkey === hotkey)
  if (seat !== undefined) {
    throw new RoundkeeperError('refused', `registered already: uid ${seat.uid} since block ${seat.registeredAt}`, {
      where: `${hotkey} on subnet ${netuid}`,
      hint: 'There is nothing to pay for. `miner status` says what comes next.',
    })
  }
  const { burn: price, block } = await chain.hyperparameters(netuid)
  if (price > limit) {
    throw new RoundkeeperError('refused', `a registration costs ${taoOf(price)} TAO, more than ${taoOf(limit)}`, {
      where: `subnet ${netuid} at block ${block}`,
      hint: 'Wait until it is cheaper, or raise --limit.',
    })
  }
  return { price, block }
}

/** @throws `refused` with the pallet's error, `unavailable` when nobody knows what became of it */
export async function register(
  chain: MinerChain,
  coldkey: Keypair,
  request: RegistrationRequest,
): Promise<Receipt & { readonly uid: number | undefined }> {
  const receipt = await chain.burnedRegister(coldkey, request.netuid, request.hotkey, request.limit)
  const { neurons } = await chain.metagraph(request.netuid)
  return { ...receipt, uid: neurons.find(({ hotkey }) => hotkey === request.hotkey)?.uid }
}

export function taoOf(rao: bigint): string {
  const digits = rao.toString().padStart(RAO_DIGITS + 1, '0')
  const [whole, part] = [digits.slice(0, -RAO_DIGITS), digits.slice(-RAO_DIGITS).replace(/0+$/, '')]
  return part === '' ? whole : `${whole}.${part}`
}

/** @returns undefined for what is no amount of TAO above 0 */
export function raoOf(tao: string): bigint | undefined {
  const [, whole, part = ''] = /^(\d{1,8})(?:\.(\d{1,9}))?$/.exec(tao) ?? []
  if (whole === undefined) return undefined
  const rao = BigInt(whole + part.padEnd(RAO_DIGITS, '0'))
  return rao > 0n ? rao : undefined
}
