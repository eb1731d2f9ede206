import { RoundkeeperError } from '../../errors.ts'
import { FolderSource } from './folder-source.ts'
import { HttpSource } from './http-source.ts'
import type { ObjectSource } from './object-source.ts'
import { PatientSource } from './patient-source.ts'
import { S3Source, type S3SourceOptions } from './s3-source.ts'

/**
 * The object store at an address: a folder, `s3://bucket/prefix?endpoint=…&region=…`, or an http(s) URL.
 * @param s3 what an address does not say
 * @throws `usage`, `not-found`
 */
export async function openObjects(address: string, s3?: S3SourceOptions): Promise<ObjectSource> {
  if (/^s3:\/\//i.test(address)) return new PatientSource(await S3Source.open(address, s3))
  if (/^https?:\/\//i.test(address)) return new PatientSource(new HttpSource(address))
  const [scheme] = /^[a-z][a-z0-9+.-]*:\/\//i.exec(address) ?? []
  if (scheme !== undefined)
    throw new RoundkeeperError('usage', 'objects cannot be read from such an address', {
      where: `${scheme}…`,
      hint: 'Name a folder, an http(s) URL, or s3://bucket/prefix?endpoint=…&region=….',
    })
  return FolderSource.open(address)
}
