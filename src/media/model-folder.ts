// Models by the names of their prompts, in a folder: whole or not at all, all of one seed, none of them twice.
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'
import { kindByBytes } from './model-kind.ts'
import { writeWhole } from './write-whole.ts'

const NOTE = '.generated.json'
const noteSchema = z.object({ seed: z.int() })
/** `js`: what later competitions make, and nothing here can draw. */
const KINDS = ['glb', 'ply', 'js']

export interface KeptFile {
  /** Its name in the folder. */
  readonly file: string
  /** Bytes. */
  readonly size: number
}

export class ModelFolder {
  readonly dir: string

  private constructor(dir: string) {
    this.dir = dir
  }

  /** @throws `usage` when it holds models of another seed, or cannot be written to */
  static async open(dir: string, seed: number): Promise<ModelFolder> {
    const note = join(dir, NOTE)
    const before = await readFile(note, 'utf8').then(
      (text) => noteSchema.safeParse(jsonOf(text)).data,
      () => undefined,
    )
    if (before !== undefined && before.seed !== seed)
      throw new RoundkeeperError('usage', `${dir} holds models of the seed ${before.seed}`, {
        where: '--output-folder',
        hint: `Name another folder for the seed ${seed}, or remove that one.`,
      })
    await writeWhole(note, Buffer.from(`${JSON.stringify({ seed })}\n`))
    return new ModelFolder(dir)
  }

  async find(stem: string): Promise<KeptFile | undefined> {
    for (const file of KINDS.map((kind) => `${stem}.${kind}`)) {
      const found = await stat(join(this.dir, file)).catch(() => undefined)
      if (found?.isFile() && found.size > 0) return { file, size: found.size }
    }
    return undefined
  }

  /** @param kind otherwise named by what it is; what is neither gets the name that the original gives everything, `.ply` */
  async save(stem: string, bytes: Uint8Array, kind: string = kindByBytes(bytes) ?? 'ply'): Promise<KeptFile> {
    const file = `${stem}.${kind}`
    await writeWhole(join(this.dir, file), bytes)
    return { file, size: bytes.length }
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
