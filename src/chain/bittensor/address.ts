/** Addresses of accounts, SS58 format 42, as everybody around Bittensor writes them. */
import { RoundkeeperError } from '../../errors.ts'
import { utilCrypto } from './library.ts'

const BITTENSOR_PREFIX = 42

/** @returns it as it is @throws `usage` for what is no address, or one of another chain's form */
export function mustBeAddress(text: string): string {
  const [isAddress, problem] = utilCrypto().checkAddress(text, BITTENSOR_PREFIX)
  if (isAddress) return text
  throw new RoundkeeperError('usage', `not an address: ${problem}`, {
    where: JSON.stringify(text.slice(0, 100)),
    hint: 'Give the SS58 address of the key: 48 letters and digits that begin with 5.',
  })
}
