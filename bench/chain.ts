/**
 * What it takes to ask a chain something from a cold start, beside plain JSON-RPC that knows one runtime by heart:
 * `npm run bench:chain`. Every start is a process of its own, all on one dev chain on this machine, in turns within each round.
 *
 * --rounds 7  how often everything is measured
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { argumentsOf, countOf } from './arguments.ts'
import { type Measured, measured } from './measured.ts'

const root = join(import.meta.dirname, '..')
const { values } = argumentsOf(import.meta.filename, { options: { rounds: { type: 'string', default: '7' } } })
const rounds = countOf('rounds', values.rounds)
const NETUID = '17'

const chain = spawn(process.execPath, [join(root, 'bench/chain/crowded-chain.ts')], {
  stdio: ['pipe', 'pipe', 'inherit'],
})
const [url] = (await once(createInterface(chain.stdout), 'line')) as [string]
try {
  const asked = { 'the current block': 'head', 'a metagraph of 256 uids, and all commitments': 'subnet' }
  const ways = ['raw', 'adapter'] as const
  const start = (way: string, what: string) =>
    measured([process.execPath, join(root, `bench/chain/${way}.ts`), what, url, NETUID], root)
  const taken = new Map<string, Measured[]>()
  for (let round = 0; round < rounds; round++) {
    for (const what of Object.values(asked)) {
      const answers = new Set<string>()
      for (const way of ways) {
        const each = await start(way, what)
        answers.add(each.output)
        taken.set(`${what} ${way}`, [...(taken.get(`${what} ${way}`) ?? []), each])
      }
      if (answers.size !== 1) throw new Error(`they did not read the same: ${what}`)
    }
  }
  const of = (what: string, way: string, field: 'wallMs' | 'cpuMs' | 'ownBytes') =>
    median((taken.get(`${what} ${way}`) ?? []).map((each) => each[field]))
  console.table(
    Object.fromEntries(
      Object.entries(asked).flatMap(([name, what]) =>
        ways.map((way) => [
          `${name}, ${way}`,
          {
            'wall ms': Math.round(of(what, way, 'wallMs')),
            '/ raw': ratio(of(what, way, 'wallMs'), of(what, 'raw', 'wallMs')),
            'cpu ms': Math.round(of(what, way, 'cpuMs')),
            MB: Math.round(of(what, way, 'ownBytes') / 1e6),
            'MB / raw': ratio(of(what, way, 'ownBytes'), of(what, 'raw', 'ownBytes')),
          },
        ]),
      ),
    ),
  )
} finally {
  chain.stdin.end()
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN
}

function ratio(a: number, b: number): number {
  return Number((a / b).toFixed(1))
}
