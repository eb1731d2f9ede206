/**
 * What guarded downloads into an object store cost, beside a bare undici loop that streams to files, and beside one that
 * hashes and syncs them as well: `npm run bench:downloads`. All from one server on this machine, each in a process of its
 * own, in turns.
 *
 * --files 300     how many
 * --mb 1          the size of each, in millions of bytes
 * --rounds 3      how often everything is measured
 * --dir <folder>  where the files go meanwhile: the temporary folder of this machine when absent
 * --json          one JSON document instead of a table
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { amountOf, argumentsOf, countOf } from './arguments.ts'
import type { Told } from './downloads/told.ts'

const here = join(import.meta.dirname, 'downloads')
const { values } = argumentsOf(import.meta.filename, {
  options: {
    files: { type: 'string', default: '300' },
    mb: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '3' },
    dir: { type: 'string', default: tmpdir() },
    json: { type: 'boolean', default: false },
  },
})
interface Contender {
  readonly script: string
  readonly more?: readonly string[]
}
const BARE = 'bare undici loop, to files'
const CONTENDERS: Readonly<Record<string, Contender>> = {
  [BARE]: { script: 'bare.ts' },
  'the same, hashed and synced': { script: 'bare.ts', more: ['safely'] },
  'a round’s downloads, to a store': { script: 'ours.ts' },
}
const size = Math.round(amountOf('mb', values.mb) * 1e6)
const files = countOf('files', values.files)
const rounds = countOf('rounds', values.rounds)

const server = spawn(process.execPath, [join(here, 'server.ts'), String(size)], { stdio: ['pipe', 'pipe', 'inherit'] })
const [port] = (await once(createInterface(server.stdout), 'line')) as [string]
const taken = new Map<string, Told[]>()
try {
  for (let round = 0; round < rounds; round++) {
    for (const [name, { script, more = [] }] of Object.entries(CONTENDERS)) {
      const dir = await mkdtemp(join(values.dir, 'roundkeeper-bench-'))
      const command = [join(here, script), port, String(files), dir, ...more]
      const { stdout } = await promisify(execFile)(process.execPath, command)
      await rm(dir, { recursive: true, force: true })
      const told = JSON.parse(stdout) as Told
      if (told.bytes !== size * files) throw new Error(`${name} did not get it all`)
      taken.set(name, [...(taken.get(name) ?? []), told])
    }
  }
} finally {
  server.stdin.end()
}

const of = (name: string, field: keyof Told) => median((taken.get(name) ?? []).map((told) => told[field]))
const rows = Object.keys(CONTENDERS).map((name) => ({
  name,
  mbPerSecond: of(name, 'bytes') / 1e6 / (of(name, 'ms') / 1000),
  timeToBare: of(name, 'ms') / of(BARE, 'ms'),
  cpuToBare: of(name, 'cpuMs') / of(BARE, 'cpuMs'),
  peakMb: of(name, 'rssBytes') / 1e6,
  peakToBare: of(name, 'rssBytes') / of(BARE, 'rssBytes'),
}))
if (values.json) process.stdout.write(`${JSON.stringify({ files, size, rows }, null, 2)}\n`)
else {
  const rounded = ({ name, ...numbers }: (typeof rows)[number]) =>
    [name, Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, Number(value.toFixed(2))]))] as const
  console.table(Object.fromEntries(rows.map(rounded)))
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}
