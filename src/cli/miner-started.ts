/** What a miner's commands have started and not stopped: a file for each, so that `stop-pods` ends these and nothing else. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { Option } from 'commander'
import { z } from 'zod'
import { writeWhole } from '../media/write-whole.ts'
import { SERVICE_NAMES, type ServiceName } from '../miner/services.ts'
import { type ProcessRecord, parseRecord } from '../repo/process-record.ts'
import { PROVIDER_KINDS, type ProviderKind } from './miner-providers.ts'

const startedSchema = z.object({
  name: z.enum(SERVICE_NAMES),
  provider: z.enum(PROVIDER_KINDS),
  url: z.string().optional(),
  /** When it was ordered. */
  at: z.iso.datetime().optional(),
  /** Of a process of this machine, as text. */
  process: z.string().optional(),
})

export interface Started {
  readonly name: ServiceName
  readonly provider: ProviderKind
  /** Known as soon as it answers. */
  readonly url?: string | undefined
  /** When it was ordered. */
  readonly at?: string | undefined
  readonly process?: ProcessRecord | undefined
}

export const stateDirOption = () =>
  new Option('--state-dir <folder>', 'remembers what was started')
    .env('ROUNDKEEPER_STATE_DIR')
    .default(join(process.env.XDG_STATE_HOME || '~/.local/state', 'roundkeeper'))

export class StartedServices {
  readonly #dir: string

  /** @param stateDir `~` is the home folder */
  constructor(stateDir: string) {
    this.#dir = join(resolve(stateDir.replace(/^~(?=[/\\]|$)/, homedir())), 'miner')
  }

  /** A place of a service's own: `render.log`. */
  placeOf(name: string): string {
    return join(this.#dir, name)
  }

  async list(): Promise<Started[]> {
    const names = await readdir(this.#dir).catch(() => [])
    const found: Started[] = []
    for (const name of names.filter((each) => each.endsWith('.json')).sort()) {
      const started = await this.#read(join(this.#dir, name))
      if (started !== undefined) found.push(started)
    }
    return found
  }

  async find(name: ServiceName, provider: ProviderKind): Promise<Started | undefined> {
    return this.#read(this.#fileOf({ name, provider }))
  }

  async add(started: Started): Promise<void> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    const { process: record, ...rest } = started
    const text = JSON.stringify({ ...rest, ...(record && { process: JSON.stringify(record) }) })
    await writeWhole(this.#fileOf(started), Buffer.from(`${text}\n`))
  }

  async remove(started: Started): Promise<void> {
    await rm(this.#fileOf(started), { force: true })
  }

  #fileOf({ name, provider }: Pick<Started, 'name' | 'provider'>): string {
    return join(this.#dir, `${name}-${provider}.json`)
  }

  /** What cannot be read is not ours. */
  async #read(path: string): Promise<Started | undefined> {
    try {
      const { process: record, ...rest } = startedSchema.parse(JSON.parse(await readFile(path, 'utf8')))
      return { ...rest, ...(record !== undefined && { process: parseRecord(record) }) }
    } catch {
      return undefined
    }
  }
}
