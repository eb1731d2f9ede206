import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FolderStore } from '../store/folder-store.ts'
import type { ObjectStore } from '../store/object-store.ts'

/** For what is written only to be read again, such as pictures of prompts; gone when it is disposed of. */
export async function scratchStore(): Promise<AsyncDisposable & { readonly store: ObjectStore }> {
  const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-work-'))
  return {
    store: new FolderStore({ dir }),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  }
}
