import { RoundkeeperError } from '../errors.ts'

/** S3 allows 1024 bytes, of which a bucket prefix needs some. */
export const MAX_KEY_LENGTH = 512
const MAX_SEGMENT_LENGTH = 200
const segment = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/

/**
 * Keys are path segments of letters, digits, `.`, `_` and `-`, none beginning with a dot or a dash: the same in a URL, in a
 * bucket and in a folder, and never a way out of it.
 * @throws `usage`
 */
export function checkKey(key: string): string {
  if (isKey(key)) return key
  throw new RoundkeeperError('usage', 'not a key of an object', {
    where: JSON.stringify(key.slice(0, MAX_KEY_LENGTH)),
    hint: 'Use segments of letters, digits, dots, underscores and dashes, joined by "/", and no leading dot.',
  })
}

/** What may stand before keys; empty or not. */
export const isKeyPrefix = (prefix: string): boolean => prefix === '' || isKey(prefix)

const isKey = (key: string) =>
  key.length <= MAX_KEY_LENGTH &&
  key.split('/').every((part) => part.length <= MAX_SEGMENT_LENGTH && segment.test(part))
