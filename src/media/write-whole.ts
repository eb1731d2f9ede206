// A file appears under its name when it is whole, or not at all.
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'

/** Of what is read, nothing is written over. @throws `usage` where that path is one of these files, by whatever name */
export async function requireOther(path: string, inputs: readonly string[]): Promise<void> {
  const id = async (file: string) => {
    const found = await stat(file).catch(() => undefined)
    return found && `${found.dev} ${found.ino}`
  }
  const there = await id(path)
  for (const input of inputs) {
    if (there === undefined || there !== (await id(input))) continue
    throw new RoundkeeperError('usage', `${input} is read, and would be written over`, {
      where: path,
      hint: 'Name another file with --out.',
    })
  }
}

/** So that two who write the same file do not write into each other's. */
let written = 0

/** @throws `usage` where nothing can be written */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const partial = join(dirname(path), `.${process.pid}-${++written}.partial`)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(partial, bytes, { flush: true })
    await rename(partial, path)
  } catch (cause) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw new RoundkeeperError('usage', `${path} cannot be written`, {
      where: path,
      hint: 'Name a folder that you may write to, on a disk with room.',
      cause,
    })
  }
}
