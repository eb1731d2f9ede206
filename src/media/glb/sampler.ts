// The numbers by which glTF names filters and wrapping are those of OpenGL.
import { FileFault } from '../file-fault.ts'
import type { Sampler, Wrap } from '../texture-map.ts'
import type { GlbDocument } from './document.ts'
import { entry } from './json.ts'

const WRAPS: ReadonlyMap<unknown, Wrap> = new Map([
  [undefined, 'repeat'],
  [10497, 'repeat'],
  [33071, 'clamp'],
  [33648, 'mirror'],
])
const LARGE: ReadonlyMap<unknown, { nearestLarge: boolean }> = new Map([
  [undefined, { nearestLarge: false }],
  [9728, { nearestLarge: true }],
  [9729, { nearestLarge: false }],
])
const SMALL: ReadonlyMap<unknown, Pick<Sampler, 'nearestSmall' | 'levels'>> = new Map([
  [undefined, { nearestSmall: false, levels: 'between' } as const],
  [9728, { nearestSmall: true, levels: 'full' } as const],
  [9729, { nearestSmall: false, levels: 'full' } as const],
  [9984, { nearestSmall: true, levels: 'nearest' } as const],
  [9985, { nearestSmall: false, levels: 'nearest' } as const],
  [9986, { nearestSmall: true, levels: 'between' } as const],
  [9987, { nearestSmall: false, levels: 'between' } as const],
])

/** @param index undefined for a texture without sampler @throws FileFault `format`, `reference` */
export function samplerOf(document: GlbDocument, index: unknown, where: string): Sampler {
  const sampler = index === undefined ? {} : entry(document.samplers, index, `${where}.sampler`)
  return {
    wrapS: known(WRAPS, sampler.wrapS, `${where}.wrapS`),
    wrapT: known(WRAPS, sampler.wrapT, `${where}.wrapT`),
    ...known(LARGE, sampler.magFilter, `${where}.magFilter`),
    ...known(SMALL, sampler.minFilter, `${where}.minFilter`),
  }
}

function known<T>(table: ReadonlyMap<unknown, T>, value: unknown, where: string): T {
  const found = table.get(value)
  if (found !== undefined) return found
  throw new FileFault('format', `${where} is none of those that glTF knows`)
}
