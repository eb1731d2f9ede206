// Which previews of a folder are finished, and of what: a line of JSON for each, in a file beside them.
import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

export const LEDGER_FILE = 'previews.jsonl'

const entrySchema = z.object({
  preview: z.string(),
  model: z.string(),
  model_sha256: z.string(),
  png_sha256: z.string(),
  pixels_sha256: z.string(),
  renderer: z.string(),
  size: z.number(),
})
export type LedgerEntry = z.infer<typeof entrySchema>

export class PreviewLedger {
  readonly #path: string
  readonly #entries: Map<string, LedgerEntry>
  #writing = Promise.resolve()

  private constructor(path: string, entries: Map<string, LedgerEntry>) {
    this.#path = path
    this.#entries = entries
  }

  /** Lines that are none, such as a last one that was cut off, are left out. */
  static async open(dir: string): Promise<PreviewLedger> {
    await mkdir(dir, { recursive: true })
    const path = join(dir, LEDGER_FILE)
    const text = await readFile(path, 'utf8').catch(() => '')
    const entries = text.split('\n').flatMap((line) => {
      try {
        return [entrySchema.parse(JSON.parse(line))]
      } catch {
        return []
      }
    })
    const ledger = new PreviewLedger(path, new Map(entries.map((entry) => [entry.preview, entry])))
    // What was cut off does not run into the next line.
    if (text !== '' && !text.endsWith('\n')) await appendFile(path, '\n')
    return ledger
  }

  find(preview: string): LedgerEntry | undefined {
    return this.#entries.get(preview)
  }

  /** Called when the preview is in its place. */
  add(entry: LedgerEntry): Promise<void> {
    this.#entries.set(entry.preview, entry)
    this.#writing = this.#writing.then(() => appendFile(this.#path, `${JSON.stringify(entry)}\n`))
    return this.#writing
  }
}
