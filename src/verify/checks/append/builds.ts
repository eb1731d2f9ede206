/** Images of entries: what was built from which code does not change once it was built. */
import type { Build, Builds } from '../../../state/builds.ts'
import { counted, who } from '../words.ts'
import { became, type Change, entryChanges, type Scene } from './changes.ts'

/** A digest is recorded when the build is found done, or never. */
const PINNED = ['docker_image', 'image_digest'] as const
const IDENTITY = ['repo', 'commit', 'revealed_at_block', 'tag'] as const

export function buildChanges(before: Builds, after: Builds | undefined, { round }: Scene): Change[] {
  const changed = entryChanges<Build>(before, after ?? {}).flatMap(({ key, old, now }) => {
    if (now === undefined) return [`the build of ${who(key)} was removed`]
    const field = IDENTITY.find((name) => old[name] !== now[name])
    if (field !== undefined)
      return [`the build of ${who(key)} is of other code: ${field} ${became(old[field], now[field])}`]
    if (old.status !== 'success') return []
    const moved = PINNED.find((name) => old[name] !== now[name])
    if (moved === undefined) return []
    return [`the image of ${who(key)} was changed after it had been built: ${became(old[moved], now[moved])}`]
  })
  const [first, ...others] = changed
  if (first === undefined) return []
  const also = others.length === 0 ? '' : `; the like of ${counted(others.length, 'other entry', 'other entries')}`
  return [{ code: 'append-only/build', message: `Round ${round}: ${first}${also}.` }]
}
