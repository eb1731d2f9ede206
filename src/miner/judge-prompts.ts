/** The prompts of a local match: addresses or files, one a line, or the JSON of the original's newer tool. */
import { readFile } from 'node:fs/promises'
import { dirname, isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'
import { isUsableStem } from '../formats/generation-3d/prompts.ts'
import { sha256Hex } from '../rules/digest.ts'
import { stemOf } from '../rules/prompts.ts'

export interface LocalPrompt {
  /** `file:` for a picture of one's own: with a digest behind `#`, so that another picture is another address. */
  readonly url: string
  /** Its name among previews and in the report. */
  readonly stem: string
}

export interface LocalPrompts {
  readonly prompts: readonly LocalPrompt[]
  readonly seed?: number | undefined
}

const jsonSchema = z.object({
  prompts: z.array(z.object({ stem: z.string().optional(), image_url: z.string() })),
  seed: z.int().optional(),
})

/** One URL or path a line; blank lines are left out. @throws `not-found`, `usage` */
export async function promptLines(file: string): Promise<LocalPrompts> {
  const lines = (await textOf(file, '--prompt-file')).split(/\r?\n/).map((line) => line.trim())
  return {
    prompts: await located(
      file,
      lines.filter((line) => line !== '').map((url) => ({ url })),
    ),
  }
}

/** `{"prompts": [{"stem", "image_url"}…], "seed"}` @throws `not-found`, `usage` */
export async function promptsJson(file: string): Promise<LocalPrompts> {
  const text = await textOf(file, '--prompts-json')
  let parsed: z.infer<typeof jsonSchema>
  try {
    parsed = jsonSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new RoundkeeperError('usage', `${file} is not {"prompts": [{"stem", "image_url"}, …], "seed"}`, {
      where: '--prompts-json',
      hint: 'Give the file that the prompts were generated from.',
      cause,
    })
  }
  const { prompts, seed } = parsed
  return {
    prompts: await located(
      file,
      prompts.map(({ image_url: url, stem }) => ({ url, stem })),
    ),
    seed,
  }
}

async function located(file: string, list: readonly { url: string; stem?: string | undefined }[]) {
  const prompts: LocalPrompt[] = []
  const stems = new Set<string>()
  for (const { url, stem = stemOf(url) } of list) {
    const key = stem.trim()
    if (!isUsableStem(key) || stems.has(key) || !/^[^/\\.][^/\\]*$/.test(key))
      throw new RoundkeeperError('usage', `${JSON.stringify(url)} has no usable name of its own`, {
        where: file,
        hint: 'Previews and records go by the names of prompts: each needs another one, and a plain number is none.',
      })
    stems.add(key)
    prompts.push({ url: /^https?:\/\//.test(url) ? url : await fileUrl(file, url), stem: key })
  }
  if (prompts.length > 0) return prompts
  throw new RoundkeeperError('usage', `${file} names no prompt`, { where: file, hint: 'One URL or path a line.' })
}

async function fileUrl(list: string, path: string): Promise<string> {
  const at = isAbsolute(path) ? path : resolve(dirname(list), path)
  const bytes = await readFile(at).catch((cause: unknown) => {
    throw new RoundkeeperError('not-found', `there is no prompt image ${at}`, { where: list, cause })
  })
  return `${pathToFileURL(at).href}#${sha256Hex(bytes).slice(0, 16)}`
}

const textOf = (file: string, option: string) =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw new RoundkeeperError('not-found', `${file} cannot be read`, {
      where: option,
      hint: 'Name a file with the prompts of the round: `roundkeeper miner prompts` prints them.',
      cause,
    })
  })
