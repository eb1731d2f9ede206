/**
 * A dev chain in a folder: how it began, then every block that does not follow by itself, one JSON line each. Whoever carries it
 * out again has the same blocks with the same hashes. A line that a crash left half-written is as if it had never been begun.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { RoundkeeperError } from '../../../errors.ts'
import { actSchema } from '../blocks/acts.ts'
import { type DevGenesis, devGenesis, genesisJson } from '../genesis.ts'
import { takeLock } from './log-lock.ts'

const FORMAT = 'roundkeeper-dev-chain/1'
const hex = z.templateLiteral(['0x', z.string().regex(/^[0-9a-f]*$/)])

const firstLine = z.strictObject({
  format: z.literal(FORMAT),
  /** SHA-256 of the metadata that its blocks were made with. */
  metadata: z.string(),
  genesis: z.unknown(),
})

const record = z.union([
  /** Idle blocks at the chain's pace came before it. */
  z.strictObject({
    block: z.int(),
    time: z.int(),
    acts: z.array(actSchema).optional(),
    extrinsics: z.array(hex).optional(),
    hash: hex,
  }),
  /** Idle blocks at the chain's pace, up to this one. */
  z.strictObject({ idle: z.int(), hash: hex }),
  /** The blocks above it were left. */
  z.strictObject({ fork: z.int() }),
])

export type LogRecord = z.output<typeof record>

export interface Kept {
  readonly genesis: DevGenesis
  readonly records: readonly LogRecord[]
  readonly log: ChainLog
}

export class ChainLog implements Disposable {
  readonly #path: string
  readonly #unlock: () => void
  #failure: unknown

  private constructor(path: string, unlock: () => void) {
    this.#path = path
    this.#unlock = unlock
  }

  /**
   * @param metadata SHA-256 of it
   * @param begin how the chain begins if the folder holds none
   * @throws `conflict` while somebody else has it open, `state-file` when it is damaged, `usage` for a chain of another runtime
   */
  static open(dir: string, metadata: string, begin: () => DevGenesis): Kept {
    mkdirSync(dir, { recursive: true })
    const path = join(dir, 'chain.jsonl')
    const log = new ChainLog(path, takeLock(join(dir, 'chain.lock')))
    try {
      const lines = existsSync(path) ? wholeLines(path) : []
      const [head, ...rest] = lines
      if (head === undefined) return { genesis: log.#begin(metadata, begin()), records: [], log }
      const first = parse(firstLine, head, `${path}:1`)
      if (first.metadata !== metadata) {
        throw new RoundkeeperError('usage', 'this dev chain was made with the metadata of another runtime', {
          where: path,
          hint: 'Serve the metadata that it began with, or begin another chain in another folder.',
        })
      }
      const records = rest.map((line, at) => parse(record, line, `${path}:${at + 2}`))
      return { genesis: devGenesis(first.genesis as never), records, log }
    } catch (error) {
      log[Symbol.dispose]()
      throw error
    }
  }

  /** @throws `unavailable`, also ever after: what follows a block that is missing could not be read again */
  append(entry: LogRecord): void {
    try {
      if (this.#failure !== undefined) throw this.#failure
      appendFileSync(this.#path, `${JSON.stringify(entry)}\n`)
    } catch (cause) {
      this.#failure = cause
      throw new RoundkeeperError('unavailable', 'the dev chain cannot be written down any more', {
        where: this.#path,
        hint: 'See to it that there is room, then start it again: it goes on from its last block there.',
        cause,
      })
    }
  }

  [Symbol.dispose](): void {
    this.#unlock()
  }

  #begin(metadata: string, genesis: DevGenesis): DevGenesis {
    const line = { format: FORMAT, metadata, genesis: JSON.parse(genesisJson(genesis)) as unknown }
    appendFileSync(this.#path, `${JSON.stringify(line)}\n`)
    return genesis
  }
}

/** Cuts off what follows the last end of a line. */
function wholeLines(path: string): string[] {
  const bytes = readFileSync(path)
  const end = bytes.lastIndexOf(10) + 1
  if (end < bytes.length) truncateSync(path, end)
  return bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1)
}

function parse<T>(schema: z.ZodType<T>, line: string, where: string): T {
  try {
    return schema.parse(JSON.parse(line))
  } catch (cause) {
    throw new RoundkeeperError('state-file', 'the dev chain cannot be read', {
      where,
      hint: 'Restore the file, or begin another chain in another folder.',
      cause,
    })
  }
}
