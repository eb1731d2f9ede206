/** Mnemonics: BIP 39 words in English, made into a seed the way Substrate does (from the entropy, not from the text). */
import { utilCrypto } from './libraries.ts'

export const WORD_COUNTS = [12, 15, 18, 21, 24] as const
export type WordCount = (typeof WORD_COUNTS)[number]
/** 24 words of at most 8 letters, and blanks. */
const MAX_LENGTH = 1024

export const newMnemonic = (words: WordCount): string => utilCrypto().mnemonicGenerate(words)

/** The 32 bytes that the words stand for, or undefined where they are no mnemonic: unknown words, or a wrong checksum. */
export function seedOfMnemonic(text: string): Uint8Array | undefined {
  if (text.length > MAX_LENGTH) return undefined
  const words = text.trim().toLowerCase().split(/\s+/).join(' ')
  try {
    return utilCrypto().mnemonicToMiniSecret(words)
  } catch {
    return undefined
  }
}
