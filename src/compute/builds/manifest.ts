/** Manifests of images, as registries hand them out: read, and the one for our machines chosen. */
import { z } from 'zod'
import { isImageDigest } from '../../rules/image.ts'

const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]
const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]
export const ACCEPTED_TYPES = [...INDEX_TYPES, ...MANIFEST_TYPES].join(', ')

/** What the machines are that images run on. */
export const PLATFORM = { os: 'linux', architecture: 'amd64' } as const
export const PLATFORM_NAME = `${PLATFORM.os}/${PLATFORM.architecture}`

const size = z.int().nonnegative()
const digest = z.string().refine(isImageDigest, 'no sha256 digest')
const blob = z.object({ digest, size })
const platformSchema = z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() })
const entry = blob.extend({ platform: platformSchema.optional() })

const indexSchema = z.object({ mediaType: z.enum(INDEX_TYPES).optional(), manifests: z.array(entry) })
const imageSchema = z.object({ mediaType: z.enum(MANIFEST_TYPES).optional(), config: blob, layers: z.array(blob) })
const configSchema = z.object({ os: z.string(), architecture: z.string() })

type Entry = z.infer<typeof entry>
export type Manifest =
  | { readonly kind: 'index'; readonly manifests: readonly Entry[] }
  | { readonly kind: 'image'; readonly config: z.infer<typeof blob>; readonly layers: readonly { size: number }[] }

/** @returns undefined for what is neither an index nor an image, or could be taken for both (CVE-2021-41190) */
export function readManifest(bytes: Uint8Array): Manifest | undefined {
  const json = jsonOf(bytes)
  if (typeof json !== 'object' || json === null) return undefined
  const isIndex = 'manifests' in json
  if (isIndex && ('layers' in json || 'config' in json)) return undefined
  if (isIndex) {
    const index = indexSchema.safeParse(json)
    return index.success ? { kind: 'index', manifests: index.data.manifests } : undefined
  }
  const image = imageSchema.safeParse(json)
  return image.success ? { kind: 'image', config: image.data.config, layers: image.data.layers } : undefined
}

/** The first for our platform, before all the one that asks for no special variant of it. */
export function manifestForUs(manifests: readonly Entry[]): Entry | undefined {
  const fitting = manifests.filter(({ platform }) => platform !== undefined && isOurs(platform))
  return fitting.find(({ platform }) => !platform?.variant) ?? fitting[0]
}

/** Of an image's configuration. @returns undefined for what is none */
export function platformOf(bytes: Uint8Array): { os: string; architecture: string } | undefined {
  return configSchema.safeParse(jsonOf(bytes)).data
}

export const isOurs = ({ os, architecture }: { os: string; architecture: string }): boolean =>
  os === PLATFORM.os && architecture === PLATFORM.architecture

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf8', { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}
