/**
 * The cryptography of Substrate, loaded when a key is really handled, and by `require`: as ES modules these packages take
 * several times as long, and most commands never touch a wallet.
 */
import { createRequire } from 'node:module'
import type * as UtilCrypto from '@polkadot/util-crypto'
import type * as Sr25519 from '@scure/sr25519'

const require = createRequire(import.meta.url)

const loaded: { utilCrypto?: typeof UtilCrypto; sr25519?: typeof Sr25519 } = {}

// To ask `require` again takes half a millisecond, and an address is made for every neuron.
export const utilCrypto = (): typeof UtilCrypto => (loaded.utilCrypto ??= require('@polkadot/util-crypto'))
export const sr25519 = (): typeof Sr25519 => (loaded.sr25519 ??= require('@scure/sr25519'))
