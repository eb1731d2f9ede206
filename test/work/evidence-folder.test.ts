import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { EvidenceFolder } from '../../src/work/evidence-folder.ts'

const KEY = 'evidence/duel/a.json'

it.each<[string, (path: string) => Promise<unknown> | unknown]>([
  ['a pipe, which would hold whoever opens it', (path) => execFileSync('mkfifo', [path])],
  ['a link', (path) => symlink('/etc/hostname', path)],
  ['a folder', (path) => mkdir(path)],
  ['nothing', () => undefined],
])('what is looked at as a file and becomes %s is refused, as a fault of the folder', async (_, become) => {
  const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-evidence-'))
  try {
    const path = join(dir, KEY)
    await mkdir(join(dir, 'evidence/duel'), { recursive: true })
    await writeFile(path, '{}')
    const stream = await (await EvidenceFolder.open(dir)).stream(KEY, 10)
    await rm(path)
    await become(path)
    await expect(stream?.next()).rejects.toMatchObject({ code: 'refused' })
  } finally {
    await rm(dir, { recursive: true })
  }
})
