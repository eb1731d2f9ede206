/** A call with its signature: bytes that the chain takes once or never, whoever sends them and however often. */
import type { SubmittableExtrinsic } from '@polkadot/api/types'
import type { IKeyringPair } from '@polkadot/types/types'
import type { Keypair } from '../../wallet/keypair.ts'
import { headOf } from './blocks.ts'
import { mustKnowExtensions } from './extensions.ts'
import { LinkFault } from './link.ts'
import { type Session, specVersionIn } from './session.ts'

/** Blocks in which it may be included: 6 min 24 s on mainnet. */
const ERA_BLOCKS = 32
const SR25519_SIGNATURE = 1

export interface SignedExtrinsic {
  readonly hex: string
  readonly hash: string
  readonly address: string
  readonly nonce: number
  /** Final when it was signed; it cannot lie in this block or before it… */
  readonly birth: number
  /** …and not in this one or after it. */
  readonly death: number
}

export type Call = SubmittableExtrinsic<'promise'>

/** @throws LinkFault, RpcFault; `refused` for a runtime that wants more signed than we know */
export async function signExtrinsic(session: Session, key: Keypair, call: Call): Promise<SignedExtrinsic> {
  const { link, genesisHash } = session
  const runtime = await session.runtime()
  mustKnowExtensions(runtime, session)
  const version = specVersionIn(await link.send('state_getRuntimeVersion', []))
  if (version !== session.specVersion) {
    throw new LinkFault(`${link.endpoint}: the runtime was upgraded from ${session.specVersion} to ${version}`)
  }
  // The last final block: its hash, which is signed, cannot be taken back.
  const { number: birth, hash: blockHash } = await headOf(session, 'finalized')
  const nonce = Number(await link.send('system_accountNextIndex', [key.address]))
  if (!Number.isSafeInteger(nonce)) throw new LinkFault(`${link.endpoint}: gave no nonce`)
  const era = runtime.registry.createType('ExtrinsicEra', { current: birth, period: ERA_BLOCKS })
  const { runtimeVersion } = runtime
  const signed = call.sign(signerOf(key), { nonce, era, blockHash, genesisHash, runtimeVersion })
  return {
    hex: signed.toHex(),
    hash: signed.hash.toHex(),
    address: key.address,
    nonce,
    birth,
    death: birth + ERA_BLOCKS,
  }
}

/** Of a pair as the library knows them it uses this much; the secret stays where it is. */
function signerOf(key: Keypair): IKeyringPair {
  const signer: Pick<IKeyringPair, 'address' | 'addressRaw' | 'publicKey' | 'sign'> = {
    address: key.address,
    addressRaw: key.publicKey,
    publicKey: key.publicKey,
    sign: (bytes) => new Uint8Array([SR25519_SIGNATURE, ...key.sign(bytes)]),
  }
  return signer as IKeyringPair
}
