/** The prompts of one batch, as the original's newer tool takes them: `{"prompts": [{"stem", "image_url"}…], "seed"}`. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'
import { isUsableStem } from '../formats/generation-3d/prompts.ts'
import { stemOf } from '../rules/prompts.ts'

export interface BatchPrompts {
  /** Addresses, which the generator fetches itself. */
  readonly prompts: readonly { readonly stem: string; readonly url: string }[]
  readonly seed?: number | undefined
}

/** `original`: small letters and digits only, and a name from an address ends at its first dot. */
export type Stems = 'original' | 'any'

const schema = z.object({
  prompts: z.array(z.object({ stem: z.string().optional(), image_url: z.string() })).min(1),
  seed: z.int().optional(),
})

/** @throws `not-found`, `usage` */
export async function batchPrompts(file: string, stems: Stems): Promise<BatchPrompts> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new RoundkeeperError('not-found', `${file} cannot be read`, { where: '--prompts-json', cause })
  })
  const { prompts, seed } = parsed(text, file)
  const found = new Map<string, string>()
  for (const { stem, image_url: url } of prompts) {
    const key = stems === 'original' ? originalStem(stem, url) : (stem ?? stemOf(url)).trim()
    const isName = stems === 'original' ? /^[a-z0-9]+$/.test(key) : /^[^/\\.][^/\\]*$/.test(key) && isUsableStem(key)
    if (!isName || found.has(key))
      throw wrong(file, `${JSON.stringify(stem ?? url)} is no name of its own`, 'Give each prompt a stem of its own.')
    if (!/^https?:\/\//.test(url))
      throw wrong(file, `${JSON.stringify(url)} is no address`, 'The generator fetches pictures itself, over http(s).')
    found.set(key, url)
  }
  return { prompts: [...found].map(([stem, url]) => ({ stem, url })), seed }
}

const originalStem = (stem: string | undefined, url: string) =>
  (stem ?? url.split('/').at(-1)?.split('.')[0] ?? '').trim().toLowerCase()

function parsed(text: string, file: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    throw wrong(
      file,
      `${file} is not {"prompts": [{"stem", "image_url"}, …], "seed"}`,
      'At least one prompt is needed.',
    )
  }
}

const wrong = (where: string, message: string, hint: string) => new RoundkeeperError('usage', message, { where, hint })
