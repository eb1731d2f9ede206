/** `store` in the operator's settings: a folder, or a bucket on a service that speaks S3. */
import { resolve } from 'node:path'
import { z } from 'zod'
import { isKeyPrefix } from '../store/key.ts'
import { type CredentialNames, credentialsFrom, type S3Credentials } from '../store/s3/credentials.ts'
import type { S3Location } from '../store/s3/location.ts'
import { isBucketName, isEndpoint } from '../store/source/s3-address.ts'

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'the name of an environment variable')

const s3Schema = z.strictObject({
  bucket: z.string().refine(isBucketName, 'the name of a bucket'),
  /** Of a server that is not Amazon's. */
  endpoint: z.string().refine(isEndpoint, 'https://host, without a path').optional(),
  region: z.string().min(1, 'the name of a region').optional(),
  /** What every key begins with, so that competitions can share a bucket. */
  prefix: z.string().refine(isKeyPrefix, 'letters, digits, dots, dashes and underscores, joined by "/"').default(''),
  /** Where the objects below the prefix are for anybody. */
  base_url: z.url('a URL').optional(),
  path_style: z.boolean().optional(),
  /** Names of environment variables, never secrets; absent: where AWS tools look. */
  credentials: z
    .strictObject({
      access_key_id_env: variable,
      secret_access_key_env: variable,
      session_token_env: variable.optional(),
    })
    .optional(),
})
export type S3Settings = z.infer<typeof s3Schema>

export const storeSchema = z
  .strictObject({
    folder: z.string().optional(),
    base_url: z.url('a URL').optional(),
    s3: s3Schema.optional(),
    /** Keep models and previews as `rounds/N/HOTKEY/submitted/STEM.glb`, too. */
    readable: z.boolean().optional(),
  })
  .refine(
    ({ folder, base_url, s3 }) => (s3 === undefined ? folder !== undefined : folder === undefined && !base_url),
    'either {"folder": …, "base_url"?: …} or {"s3": {"bucket": …, …}}',
  )
export type StoreSettings = z.infer<typeof storeSchema>

export const folderOf = (root: string, { folder = 'store' }: StoreSettings): string => resolve(root, folder)

export const locationOf = ({ bucket, prefix, endpoint, region, path_style }: S3Settings): S3Location => ({
  bucket,
  prefix: prefix === '' ? '' : `${prefix}/`,
  ...(endpoint === undefined ? {} : { endpoint }),
  ...(region === undefined ? {} : { region }),
  ...(path_style === undefined ? {} : { pathStyle: path_style }),
})

/** @returns undefined where the AWS tools' own places are to be asked */
export function credentialsOf({ credentials }: S3Settings): (() => S3Credentials) | undefined {
  if (credentials === undefined) return undefined
  const names: CredentialNames = {
    accessKeyId: credentials.access_key_id_env,
    secretAccessKey: credentials.secret_access_key_env,
    sessionToken: credentials.session_token_env,
  }
  return () => credentialsFrom(names)
}
