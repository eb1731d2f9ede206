import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'

/** A folder for the tests of one file, removed after them, also where something that ends just now still writes to it. */
export function temporaryFolder(): () => string {
  let path = ''
  beforeAll(async () => {
    path = await mkdtemp(join(tmpdir(), 'roundkeeper-'))
  })
  afterAll(() => rm(path, { recursive: true, force: true, maxRetries: 5 }))
  return () => path
}
