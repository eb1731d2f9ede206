/** The digest of the pool, beside it as `sha256sum` writes it, so that it can be published and checked without us. */
import { sha256Hex } from '../rules/digest.ts'

export const POOL_DIGEST_PATH = 'prompts.sha256'
const POOL = 'prompts.txt'

export const poolDigest = (pool: string): string => sha256Hex(pool)

/** For `sha256sum -c prompts.sha256`. */
export const poolDigestFile = (pool: string): string => `${poolDigest(pool)}  ${POOL}\n`

/** The digest that such a file has of the pool; undefined where it has none. */
export const digestIn = (text: string): string | undefined =>
  /^([0-9a-f]{64})[ \t]+\*?prompts\.txt\s*$/m.exec(text)?.[1]
