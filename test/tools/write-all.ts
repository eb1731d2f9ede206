import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The files of a competition in a plain folder. */
export async function writeAll(folder: string, record: ReadonlyMap<string, string>): Promise<void> {
  for (const [path, text] of record) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}
