/** Substrate's types and cryptography, loaded when a dev chain is really opened, and by `require`: as ES modules they cost twice as much. */
import { createRequire } from 'node:module'
import type * as Types from '@polkadot/types'
import type * as Util from '@polkadot/util'
import type * as UtilCrypto from '@polkadot/util-crypto'

const require = createRequire(import.meta.url)

export const types = (): typeof Types => require('@polkadot/types')
export const util = (): typeof Util => require('@polkadot/util')
export const utilCrypto = (): typeof UtilCrypto => require('@polkadot/util-crypto')
