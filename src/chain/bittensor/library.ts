/**
 * @polkadot/api, loaded when a chain is really asked, and by `require`: its ES modules take three times as long and 340 MB.
 * Of it we use what knows the runtime: metadata, types, keys of storage, extrinsics. Sockets and time-outs are ours.
 */
import { createRequire } from 'node:module'
import type { ApiPromise } from '@polkadot/api'
import type * as Types from '@polkadot/types'
import type * as UtilCrypto from '@polkadot/util-crypto'

const require = createRequire(import.meta.url)

/** Without its providers and light clients: 25 MB less. */
export const polkadotApi = (): { readonly ApiPromise: typeof ApiPromise } => require('@polkadot/api/promise')
export const polkadotTypes = (): typeof Types => require('@polkadot/types')
export const utilCrypto = (): typeof UtilCrypto => require('@polkadot/util-crypto')
