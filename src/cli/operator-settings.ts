import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'

export const OPERATOR_FILE = 'roundkeeper.json'

/** The operator's own settings, beside the competition repository and never in it. Paths are relative to the file. */
const operatorSchema = z.strictObject({
  /** Folder of a bare repository, or the http(s) URL of a remote one. */
  repo: z.string().default('state.git'),
  branch: z.string().default('main'),
  chain: z.strictObject({ kind: z.literal('dev'), file: z.string() }).default({ kind: 'dev', file: 'chain.json' }),
  store: z.strictObject({ folder: z.string(), base_url: z.url().optional() }).default({ folder: 'store' }),
  /** Folder of runnable miner code: `<owner>/<repo>/<commit>/miner.json`. */
  images: z.string().default('images'),
  author: z
    .strictObject({ name: z.string(), email: z.string() })
    .default({ name: 'Roundkeeper', email: 'roundkeeper@localhost' }),
  commit_every_seconds: z.number().min(0).default(60),
  /** Host names to be reached at a local address, e.g. miners on this machine. */
  hosts: z.record(z.string(), z.strictObject({ address: z.string(), port: z.int() })).default({}),
})
export type OperatorSettings = z.infer<typeof operatorSchema>

export async function readSettings(root: string): Promise<OperatorSettings> {
  const path = join(root, OPERATOR_FILE)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new RoundkeeperError('not-found', `there is no competition in ${root}`, {
      where: path,
      hint: 'Make one with `roundkeeper init DIR`, or name its folder with --dir.',
      cause,
    })
  })
  return parseSettings(path, text)
}

function parseSettings(path: string, text: string): OperatorSettings {
  const fail = (problem: string, cause: unknown) =>
    new RoundkeeperError('usage', problem, {
      where: path,
      hint: 'Correct the file; docs/operating.md lists its fields.',
      cause,
    })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw fail(`${OPERATOR_FILE} is not JSON: ${cause instanceof Error ? cause.message : ''}`, cause)
  }
  const parsed = operatorSchema.safeParse(json)
  if (parsed.success) return parsed.data
  throw fail(
    parsed.error.issues.map((issue) => `${issue.path.join('.') || OPERATOR_FILE}: ${issue.message}`).join('; '),
    parsed.error,
  )
}
