/** What images are called: names made from the operator's format, and names taken apart. */
import type { BuildSource } from '../builder.ts'

export interface ImageReference {
  /** Host, with the port where there is one. */
  readonly registry: string
  /** `owner/name`, without the registry. */
  readonly name: string
  readonly tag: string
}

const FIELDS: Readonly<Record<string, (source: BuildSource) => string>> = {
  hotkey10: ({ hotkey }) => hotkey.slice(0, 10),
  tag: ({ tag }) => tag,
  repo: ({ repo }) => repo,
  commit: ({ commit }) => commit,
}
const FIELD = /\{(\w*)\}/g

/** The OCI distribution specification's own grammar; the registry has to be named. */
const HOST = '[a-z0-9]+(?:[.-][a-z0-9]+)*(?::[0-9]{1,5})?'
const PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const REFERENCE = new RegExp(`^(?<registry>${HOST})/(?<name>${PART}(?:/${PART})*):(?<tag>[\\w][\\w.-]{0,127})$`)
const MAX_LENGTH = 512

/** The image of an entry: `DOCKER_IMAGE_FORMAT` of the original, filled in and then lower-cased as a whole. */
export function imageNameOf(format: string, source: BuildSource): string {
  return format
    .replace(FIELD, (field, name: string) => (Object.hasOwn(FIELDS, name) ? (FIELDS[name]?.(source) ?? field) : field))
    .toLowerCase()
}

/** Whether the place of an image is the miner's to choose. */
export const isMinersPlace = (format: string): boolean => format.includes('{repo}')

/** Undefined for what no registry can have. */
export function parseReference(image: string): ImageReference | undefined {
  if (image.length > MAX_LENGTH) return undefined
  const { registry, name, tag } = REFERENCE.exec(image)?.groups ?? {}
  if (registry === undefined || name === undefined || tag === undefined) return undefined
  return /[.:]|^localhost$/.test(registry) ? { registry, name, tag } : undefined
}

const EXAMPLE: BuildSource = {
  repo: 'o/r',
  commit: 'c'.repeat(40),
  tag: 'ccccccc-c-0',
  hotkey: '5'.repeat(48),
  round: 0,
}

/** What is wrong with a format, for people; undefined when nothing is. */
export function formatProblem(format: string): string | undefined {
  const unknown = [...format.matchAll(FIELD)]
    .map(([field, name = '']) => (Object.hasOwn(FIELDS, name) ? '' : field))
    .find(Boolean)
  if (unknown !== undefined) return `it has no field ${unknown}: there are {${Object.keys(FIELDS).join('}, {')}}`
  // Two entries must never share an image; and where requests go is not for an entry to say.
  const tells = format.includes('{hotkey10}') || format.includes('{repo}')
  if (!tells || !(format.includes('{tag}') || format.includes('{commit}'))) {
    return 'it has to tell entries apart: {hotkey10} or {repo}, with {tag} or {commit}'
  }
  if (format.split('/')[0]?.includes('{')) return 'the registry cannot depend on the entry'
  return parseReference(imageNameOf(format, EXAMPLE)) === undefined
    ? 'it gives no REGISTRY/NAME:TAG, with the host of the registry in front'
    : undefined
}
