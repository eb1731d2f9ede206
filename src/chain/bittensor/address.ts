/** Addresses of accounts, SS58 format 42, as everybody around Bittensor writes them. */
import { utilCrypto } from './library.ts'

const BITTENSOR_PREFIX = 42

export const addressOf = (publicKey: Uint8Array): string => utilCrypto().encodeAddress(publicKey, BITTENSOR_PREFIX)
