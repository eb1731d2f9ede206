import { createHash } from 'node:crypto'
import { Sr25519Keypair } from '../wallet/sr25519-keypair.ts'

/** The keys of a demo's people follow from its seed: good for nothing but a demo. */
export function keypairOf(seed: string, name: string): Sr25519Keypair {
  return Sr25519Keypair.fromSeed(createHash('sha256').update(`hotkey/${seed}/${name}`).digest())!
}

export const hotkeyOf = (seed: string, name: string): string => keypairOf(seed, name).address
