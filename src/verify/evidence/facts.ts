import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RoundkeeperError } from '../../errors.ts'
import { sha256Hex } from '../../rules/digest.ts'

/** What was looked at before and found to hold: it need not be fetched and done again. */
export interface Facts {
  has(fact: string): boolean
  add(fact: string): Promise<void>
}

/** The name of a fact: a digest of everything that it is about. */
export const factOf = (about: Readonly<Record<string, unknown>>) => sha256Hex(JSON.stringify(about))

export const noFacts: Facts = { has: () => false, add: async () => undefined }

const FILE = 'verified.txt'

/** Facts in a folder of one's own, one a line; a run that was stopped goes on where it was. */
export class FactFile implements Facts {
  readonly #path: string
  readonly #known: Set<string>

  private constructor(path: string, known: Set<string>) {
    this.#path = path
    this.#known = known
  }

  /** @throws `unavailable` */
  static async open(dir: string): Promise<FactFile> {
    const path = join(dir, FILE)
    return asking(path, async () => {
      await mkdir(dir, { recursive: true })
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      // A line that was cut short is no fact.
      return new FactFile(path, new Set(text.split('\n').filter((line) => /^[0-9a-f]{64}$/.test(line))))
    })
  }

  has(fact: string): boolean {
    return this.#known.has(fact)
  }

  async add(fact: string): Promise<void> {
    this.#known.add(fact)
    // Begun on a line of its own, whatever an interrupted run left behind.
    await asking(this.#path, () => appendFile(this.#path, `\n${fact}\n`))
  }
}

async function asking<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (cause) {
    throw new RoundkeeperError('unavailable', `what was verified cannot be kept: ${(cause as Error).message}`, {
      where: path,
      hint: 'Name a folder that can be written to with --cache.',
      cause,
    })
  }
}
