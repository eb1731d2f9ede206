/** Whose a path of a competition repository is: the engine's, or anybody's to edit. */
import { files } from '../state/files.ts'
import { fileAt } from '../state/locate.ts'

/**
 * Files that only the engine writes, and everything else that lies among them: what is put away there, and strangers.
 * Records of acts are written by the engine too, for a person. Configuration, pool, audits of source code and texts are
 * a person's own.
 */
export function isEngineOwned(path: string): boolean {
  const located = fileAt(path)
  if (located === undefined || located.file === files.intervention) return /^(rounds|interventions)(\/|$)/.test(path)
  return located.file.writers.some((writer) => writer !== 'human')
}
