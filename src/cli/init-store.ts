/** Where a new competition's objects go. A bucket is written to at once, and not when the first models have been fetched. */
import { resolve } from 'node:path'
import type { Clock } from '../engine/clock.ts'
import { RoundkeeperError } from '../errors.ts'
import { isKeyPrefix } from '../store/key.ts'
import { parseS3Address } from '../store/source/s3-address.ts'
import type { Answers } from './init-questions.ts'
import { s3Store } from './operator-store.ts'
import type { S3Settings, StoreSettings } from './store-settings.ts'

export interface FoundingStore {
  readonly settings: StoreSettings
  readonly warnings: readonly string[]
}

/**
 * @throws `usage`, `unauthorised`, `unavailable`; `not-found` when there is no such bucket
 */
export async function foundingStore(
  dir: string,
  name: string,
  { store: address = 'store', storeUrl = 'none' }: Answers,
  clock: Clock,
): Promise<FoundingStore> {
  const served = storeUrl === 'none' ? {} : { base_url: storeUrl }
  if (!/^s3:\/\//i.test(address)) {
    const folder = address === 'store' ? address : resolve(address)
    return { settings: { folder, ...served }, warnings: [] }
  }
  const { prefix, ...place } = parseS3Address(address)
  const s3: S3Settings = { ...place, prefix: prefix.replace(/\/$/, '') || name, ...served }
  if (!isKeyPrefix(s3.prefix)) {
    throw new RoundkeeperError('usage', `no key of an object may begin with "${s3.prefix}"`, {
      where: '--store',
      hint: 'Give a prefix of letters, digits, dots, dashes and underscores: s3://bucket/prefix.',
    })
  }
  await using store = s3Store(dir, s3, clock)
  const warning = `${store.id} knows no conditional writes: two engines that write the same object within one moment would not notice each other. Let only one run at a time.`
  return { settings: { s3 }, warnings: (await store.writesOnce()) ? [] : [warning] }
}
