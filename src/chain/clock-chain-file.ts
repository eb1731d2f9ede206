import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'
import type { Reveal } from './chain.ts'

/**
 * A clock chain on disk: JSON lines, the chain itself first and then one line a reveal. Lines are only ever added, each in
 * one append, so that several processes may write at once.
 */
const headerSchema = z.strictObject({
  format: z.literal('roundkeeper-clock-chain/1'),
  genesis: z.iso.datetime(),
  block_seconds: z.number().positive(),
  first_block: z.number().int().nonnegative(),
  seed: z.string(),
  hashes: z.record(z.string().regex(/^\d+$/), z.string().regex(/^0x[0-9a-f]{64}$/)),
})
export type ClockChainHeader = z.infer<typeof headerSchema>

const revealSchema = z.strictObject({ hotkey: z.string(), block: z.number().int().nonnegative(), text: z.string() })

/** @throws `usage` when the file is there already or the header makes no sense; `unavailable` */
export async function createChainFile(path: string, header: ClockChainHeader): Promise<void> {
  const checked = headerSchema.safeParse(header)
  if (!checked.success) {
    throw new RoundkeeperError('usage', `not a clock chain: ${z.prettifyError(checked.error)}`, {
      where: path,
      hint: 'See ClockChainOptions for what a clock chain is made of.',
    })
  }
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true })
    await append(temporary, JSON.stringify(checked.data), 'wx')
    await link(temporary, path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new RoundkeeperError('usage', 'there is a chain already', {
        where: path,
        hint: 'Open it, or remove the file to begin a new one.',
      })
    }
    throw unavailable(path, cause)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
}

/** @throws `unavailable` */
export async function appendReveal(path: string, reveal: Reveal): Promise<void> {
  await append(path, JSON.stringify(revealSchema.parse(reveal)), 'a').catch((cause) => {
    throw unavailable(path, cause)
  })
}

/** @throws `not-found`, `state-file` naming the line, `unavailable` */
export async function readChainFile(path: string): Promise<{ header: ClockChainHeader; reveals: Reveal[] }> {
  const text = await readFile(path, 'utf8').catch((cause) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw unavailable(path, cause)
    throw new RoundkeeperError('not-found', 'there is no clock chain', {
      where: path,
      hint: 'Restore the file from a copy, or correct its path: no competition can go on with a chain that it did not begin with.',
    })
  })
  const lines = text
    .split('\n')
    .map((line, index) => ({ line, where: `${path}:${index + 1}` }))
    // What follows the last line break is being written right now.
    .slice(0, -1)
    .filter(({ line }) => line !== '')
  const [first, ...others] = lines
  if (first === undefined) throw malformed(`${path}:1`, 'the file is empty')
  return { header: parse(headerSchema, first), reveals: others.map((each) => parse(revealSchema, each)) }
}

/** The line break in front ends a line that a killed process left unfinished. */
async function append(path: string, line: string, flags: 'a' | 'wx'): Promise<void> {
  const file = await open(path, flags)
  try {
    await file.appendFile(flags === 'a' ? `\n${line}\n` : `${line}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

function parse<T>(schema: z.ZodType<T>, { line, where }: { line: string; where: string }): T {
  try {
    return schema.parse(JSON.parse(line))
  } catch (cause) {
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : (cause as Error).message
    throw malformed(where, reason, cause)
  }
}

const malformed = (where: string, reason: string, cause?: unknown) =>
  new RoundkeeperError('state-file', `not a line of a clock chain: ${reason}`, {
    where,
    hint: 'Correct the line, or restore the file from a copy: no competition can go on with another chain.',
    cause,
  })

const unavailable = (path: string, cause: unknown) =>
  new RoundkeeperError('unavailable', `the file of the clock chain refused: ${(cause as Error).message}`, {
    where: path,
    hint: 'See that its folder is there, writable and not full.',
    cause,
  })
