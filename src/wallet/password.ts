/** Passwords from the environment. A password is bytes, so that it can be wiped. */

import { hide } from '../mask.ts'

export const PASSWORD_VARIABLE = 'ROUNDKEEPER_WALLET_PASSWORD'

/** Where the password of a key file comes from: a terminal, the environment. The caller wipes it. */
export type AskPassword = (keyFile: string) => Promise<Buffer>

type Environment = Record<string, string | undefined>

/** Ours, for every key file; or Bittensor's for this one. Taken out of the environment, so that no child inherits it. */
export function passwordFromEnvironment(keyFile: string, environment: Environment = process.env): Buffer | undefined {
  const [own, theirs] = [environment[PASSWORD_VARIABLE], environment[bittensorVariable(keyFile)]]
  delete environment[PASSWORD_VARIABLE]
  delete environment[bittensorVariable(keyFile)]
  if (own) return Buffer.from(own)
  const password = theirs ? revealed(theirs, bittensorVariable(keyFile)) : undefined
  hide(password?.toString())
  return password
}

/** `/home/me/.bittensor/wallets/w/coldkey` → `BT_PW__HOME_ME__BITTENSOR_WALLETS_W_COLDKEY` */
export const bittensorVariable = (keyFile: string) => `BT_PW_${keyFile.replace(/[/.]/g, '_').toUpperCase()}`

/** Base64 of the password, each byte XORed with the name of the variable over and over: that hides it from the eye only. */
function revealed(value: string, variable: string): Buffer {
  const bytes = Buffer.from(value, 'base64')
  const mask = Buffer.from(variable)
  for (let index = 0; index < bytes.length; index++) bytes[index] = bytes[index]! ^ mask[index % mask.length]!
  return bytes
}
