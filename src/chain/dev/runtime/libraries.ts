/** Substrate's types and cryptography, loaded when a dev chain is really opened, and by `require`: as ES modules they cost twice as much. */
import { createRequire } from 'node:module'
import type * as Types from '@polkadot/types'
import type * as Util from '@polkadot/util'
import type * as UtilCrypto from '@polkadot/util-crypto'

const require = createRequire(import.meta.url)

// Node looks for the package anew whenever it is asked: that costs more than most of what is done with it.
const once = <T>(name: string): (() => T) => {
  let loaded: T | undefined
  return () => {
    loaded ??= require(name) as T
    return loaded
  }
}

export const types = once<typeof Types>('@polkadot/types')
export const util = once<typeof Util>('@polkadot/util')
export const utilCrypto = once<typeof UtilCrypto>('@polkadot/util-crypto')
