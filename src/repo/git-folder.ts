import { stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Whether objects and branches lie here, as far as names tell. */
export async function isGitFolder(dir: string): Promise<boolean> {
  const parts = ['HEAD', 'objects', 'refs'].map((part) => stat(join(dir, part)))
  return (await Promise.allSettled(parts)).every((part) => part.status === 'fulfilled')
}
