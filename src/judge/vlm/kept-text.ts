/** What may be kept of a text that a server sent, or undefined for what is none. */
export type KeepText = (value: unknown, most: number) => string | undefined

/** Shorter ones would be found in ordinary words. */
const LEAST_KEY = 8

/**
 * No longer than `most`, and never with our key in it: answers are published, messages are shown, and some servers repeat
 * what they were sent.
 */
export function keeping(key: string | undefined): KeepText {
  const secret = key?.trim() ?? ''
  return (value, most) => {
    if (typeof value !== 'string') return undefined
    return (secret.length < LEAST_KEY ? value : value.replaceAll(secret, '[key]')).slice(0, most)
  }
}
