/**
 * Copies of models and previews under names that say whose they are, as older readers know them:
 * `rounds/N/HOTKEY/submitted/STEM.glb`; from the second attempt at a round on `rounds/N/attempts/A/HOTKEY/…`. For people: what is on
 * record are the objects named by their content.
 */
import type { Round } from '../../engine/owner.ts'
import { attemptOf } from '../../rules/redo.ts'
import type { Output } from '../../state/outputs.ts'
import { requireContent } from '../../store/content.ts'
import type { Ports } from './ports.ts'
import { CONTENT_TYPES } from './preview.ts'
import { settingsOf } from './settings.ts'

export interface Whose {
  /** A hotkey, or `leader`. */
  readonly subject: string
  readonly kind: 'submitted' | 'generated'
  readonly stem: string
}

/** Stems that are no part of a key have no such copy: a prompt may be called anything. */
const isPlain = (stem: string) => /^[A-Za-z0-9_][A-Za-z0-9._-]{0,150}$/.test(stem)

/** @throws `refused` when something else lies there, e.g. of another competition in the same store; `unavailable` */
export async function keepReadable(ports: Ports, round: Round, whose: Whose, output: Output): Promise<void> {
  const { store, readable } = ports
  if (readable === undefined || !isPlain(whose.stem)) return
  const { artifact } = settingsOf(round.config)
  const copies = [
    [output.glb_sha256, artifact, CONTENT_TYPES[artifact]],
    [output.png_sha256, 'png', 'image/png'],
  ] as const
  for (const [sha256, extension, contentType] of copies) {
    if (sha256 === undefined) continue
    const bytes = await requireContent(store, sha256, extension)
    await readable.put(`${folderOf(round, whose)}/${whose.stem}.${extension}`, bytes, contentType)
  }
}

function folderOf({ number, state }: Round, { subject, kind }: Whose): string {
  const attempt = attemptOf(state)
  return `rounds/${number}${attempt === 1 ? '' : `/attempts/${attempt}`}/${subject}/${kind}`
}
