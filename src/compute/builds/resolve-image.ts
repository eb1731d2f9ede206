/** From a tag to the digest of the one manifest that our machines run, whatever becomes of the tag later. */
import { createHash } from 'node:crypto'
import { RoundkeeperError } from '../../errors.ts'
import type { ImageReference } from './image-reference.ts'
import {
  ACCEPTED_TYPES,
  isOurs,
  type Manifest,
  manifestForUs,
  PLATFORM_NAME,
  platformOf,
  readManifest,
} from './manifest.ts'
import type { RegistryClient, RegistryReply } from './registry-client.ts'

export type ResolvedImage =
  /** `bytes`: of all layers, as they are transferred. */
  | { readonly ok: true; readonly digest: string; readonly bytes: number }
  /** `missing`: it may only not be there yet; `denied`: it may be there; `image`: it is not for us, and will not be. */
  | { readonly ok: false; readonly fault: 'missing' | 'denied' | 'image'; readonly detail: string }

type Fault = Extract<ResolvedImage, { ok: false }>

/** What a registry has to take at least, by the specification. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024
const MAX_CONFIG_BYTES = 4 * 1024 * 1024

/** @param maxBytes of all layers together @throws `unavailable` when it cannot be known now; `refused`, `aborted` */
export async function resolveImage(
  client: RegistryClient,
  reference: ImageReference,
  maxBytes: number,
  signal: AbortSignal,
): Promise<ResolvedImage> {
  const top = await manifestAt(client, reference, reference.tag, signal)
  if (!top.ok) return top
  if (top.manifest.kind === 'image') return checked(client, reference, top.digest, top.manifest, maxBytes, signal)
  const entry = manifestForUs(top.manifest.manifests)
  if (entry === undefined) return unfit(`there is none for ${PLATFORM_NAME}`)
  const ours = await manifestAt(client, reference, entry.digest, signal)
  if (!ours.ok) return ours
  if (ours.manifest.kind !== 'image') return unfit(`its manifest for ${PLATFORM_NAME} is another index`)
  return checked(client, reference, ours.digest, ours.manifest, maxBytes, signal)
}

type Found = { readonly ok: true; readonly digest: string; readonly manifest: Manifest }

/** @param at a tag, or the digest that it has to have */
async function manifestAt(
  client: RegistryClient,
  reference: ImageReference,
  at: string,
  signal: AbortSignal,
): Promise<Found | Fault> {
  const reply = await client.get(reference, `manifests/${at}`, ACCEPTED_TYPES, MAX_MANIFEST_BYTES, signal)
  if (reply.kind !== 'found') return faultOf(reply, 'its manifest')
  const digest = digestOf(reply.bytes)
  const told = at.startsWith('sha256:') ? at : (reply.digest ?? digest)
  if (digest !== told) throw corrupt(reference, told, digest)
  const manifest = readManifest(reply.bytes)
  // Whatever stands between us and a registry answers with pages of its own, and puts no digest to them.
  if (manifest === undefined && !at.startsWith('sha256:') && reply.digest === undefined) throw noManifest(reference)
  return manifest === undefined ? unfit('its manifest is none that we know') : { ok: true, digest, manifest }
}

async function checked(
  client: RegistryClient,
  reference: ImageReference,
  digest: string,
  { config, layers }: Extract<Manifest, { kind: 'image' }>,
  maxBytes: number,
  signal: AbortSignal,
): Promise<ResolvedImage> {
  const bytes = layers.reduce((sum, { size }) => sum + size, config.size)
  if (bytes > maxBytes) return unfit(`it has ${gigabytes(bytes)}, more than ${gigabytes(maxBytes)}`)
  const reply = await client.get(reference, `blobs/${config.digest}`, '*/*', MAX_CONFIG_BYTES, signal)
  if (reply.kind !== 'found') return faultOf(reply, 'its configuration')
  const found = digestOf(reply.bytes)
  if (found !== config.digest) throw corrupt(reference, config.digest, found)
  const platform = platformOf(reply.bytes)
  if (platform === undefined) return unfit('its configuration does not name a platform')
  if (!isOurs(platform)) return unfit(`it is for ${platform.os}/${platform.architecture}, not for ${PLATFORM_NAME}`)
  return { ok: true, digest, bytes }
}

function faultOf({ kind, detail }: Exclude<RegistryReply, { kind: 'found' }>, what: string): Fault {
  if (kind === 'too_large') return unfit(`${what} has ${detail}`)
  return { ok: false, fault: kind, detail: `the registry does not hand out ${what}: ${detail}` }
}

const unfit = (detail: string): Fault => ({ ok: false, fault: 'image', detail })

const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`

export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`

const corrupt = ({ registry, name, tag }: ImageReference, told: string, found: string) =>
  new RoundkeeperError('unavailable', `a registry sent other bytes than it said: ${found} instead of ${told}`, {
    where: `${registry}/${name}:${tag}`,
    hint: 'Nothing is built on them; it is asked again by the next run.',
  })

const noManifest = ({ registry, name, tag }: ImageReference) =>
  new RoundkeeperError('unavailable', 'a registry answered with no manifest, and names no digest', {
    where: `${registry}/${name}:${tag}`,
    hint: 'This is no failure of the miner’s: it is asked again by the next run.',
  })
