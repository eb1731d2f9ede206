import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** The direction of imports, read from the sources themselves. docs/architecture.md says why it is as it is. */
const root = fileURLToPath(new URL('..', import.meta.url))

interface Room {
  /** Rooms (`rules`) or single files (`store/content`) that may be imported at run time, besides the room itself. */
  readonly values: readonly string[]
  /** What may be imported as types only, in addition. */
  readonly types?: readonly string[]
  /** The only packages that may be imported; any, when absent. */
  readonly packages?: readonly string[]
}

const ports = [
  'chain/chain',
  'compute/builder',
  'compute/pod-provider',
  'compute/pods',
  'judge/judge',
  'media/canary-pictures',
  'media/download',
  'media/image-distance',
  'media/renderer',
  'repo/code-host',
  'repo/state-repo',
  'store/object-store',
  'store/source/object-source',
]
const pure = ['zod', 'csv-stringify/sync', 'node:crypto']
const adapter: Room = { values: ['errors', 'mask', 'state', 'rules/digest'], types: ['engine/clock', ...ports] }
const everything = [
  'chain',
  'compute',
  'engine',
  'errors',
  'formats',
  'judge',
  'mask',
  'media',
  'repo',
  'rules',
  'stages',
].concat(['signing', 'state', 'store', 'verify', 'version'])

const rooms: Readonly<Record<string, Room>> = {
  mask: { values: [], packages: [] },
  errors: { values: ['mask'], packages: [] },
  version: { values: [], packages: ['node:fs'] },
  state: { values: ['errors'], packages: pure },
  signing: { values: ['errors', 'mask'], packages: ['node:crypto', 'node:fs', 'node:fs/promises', 'node:path'] },
  rules: { values: ['state', 'errors'], types: ['chain/chain'], packages: [...pure, 'picomatch'] },
  engine: {
    values: ['rules', 'signing', 'state', 'errors', 'mask', 'repo/message'],
    types: ['chain/chain', 'repo/code-host', 'repo/state-repo'],
  },
  formats: { values: ['engine', 'rules', 'state', 'errors', 'store/content', 'store/evidence'], types: ports },
  stages: { values: ['engine', 'rules', 'state', 'errors'], types: ports },
  verify: {
    values: [
      'chain/timelock',
      'engine',
      'formats',
      'judge/reduce',
      'repo',
      'rules',
      'signing',
      'state',
      'store/content',
      'errors',
    ],
    types: ports,
  },
  gallery: { values: ['engine', 'rules', 'state', 'errors', 'verify', 'store/content'], types: ports },
  repo: {
    values: [...adapter.values, 'signing/signed-commit'],
    types: ['engine/clock', ...ports, 'signing/signer'],
  },
  wallet: { values: ['errors', 'mask'] },
  chain: {
    values: [...adapter.values, 'rules/drand', 'wallet/address', 'wallet/derived-key'],
    types: [...(adapter.types ?? []), 'rules/weights', 'wallet/keypair'],
  },
  validator: {
    values: [
      'engine',
      'errors',
      'rules',
      'state',
      'chain/epochs',
      'chain/timelock',
      'chain/weights-payload',
      'repo/whole-files',
    ],
    types: ['chain', 'repo/state-repo', 'wallet/keypair'],
    packages: ['node:fs/promises', 'node:path', 'zod'],
  },
  // What of the chain works on nothing but values, and the ports; the adapter comes in as an argument.
  miner: {
    values: [
      'engine',
      'errors',
      // Whose judging a miner's own is.
      'formats',
      'rules',
      'state',
      'chain/commitment-data',
      'chain/epochs',
      'chain/python-json',
      'chain/reveal-payload',
      'chain/timelock',
      'media/public-address',
      'store/content',
    ],
    types: ['chain', ...ports, 'wallet/keypair'],
    packages: ['node:fs/promises', 'node:net', 'node:path', 'node:url', 'p-limit', 'undici', 'zod'],
  },
  media: adapter,
  judge: { ...adapter, values: [...adapter.values, 'store/canonical-json'] },
  // Registries are strangers' hosts, too, and are asked with the care of downloads.
  compute: {
    ...adapter,
    values: [
      ...adapter.values,
      'rules/image',
      'media/byte-sink',
      'media/download-target',
      'media/form-body',
      'media/pinned-connections',
      'media/public-address',
    ],
  },
  store: { ...adapter, values: [...adapter.values, 'media/byte-sink'] },
  services: { values: ['errors', 'media'] },
  operate: {
    values: ['errors', 'rules/lateness', 'services', 'state', 'repo/whole-files'],
    types: ['engine', 'repo/state-repo', 'store/object-store'],
    packages: ['node:fs/promises', 'node:path', 'node:util', 'node-cron', 'pino', 'prom-client', 'zod'],
  },
  work: { values: ['engine', 'errors', 'mask', 'rules', 'state', 'store'], types: ports },
  notify: {
    values: ['errors', 'mask', 'rules', 'state', 'engine/snapshot', 'repo/github', 'verify/report/text'],
    types: ['engine', 'repo/state-repo'],
    packages: ['node:crypto', 'zod'],
  },
  demo: { values: [...everything, 'miner', 'wallet'] },
  // Every part comes in as a port, opened when it is asked for.
  doctor: {
    values: [
      ...['engine', 'errors', 'formats', 'rules', 'signing', 'state', 'compute/pod-name', 'media/preview'],
      ...['demo/glb-writer', 'demo/ply-writer', 'miner/chain-time', 'repo/github/credentials'],
    ],
    types: [...ports, 'chain', 'demo/lathe', 'store/probe', 'work/redis/look'],
    packages: ['node:child_process', 'node:crypto', 'node:fs/promises', 'node:util', 'zod'],
  },
  index: { values: everything },
  cli: {
    values: [
      ...everything,
      'demo',
      'doctor',
      'gallery',
      'miner',
      'notify',
      'operate',
      'services',
      'validator',
      'wallet',
      'work',
    ],
  },
}

interface Import {
  /** Without the extension, as in the table: `rules/digest`, `stages/judge`; a package by its name. */
  readonly of: string
  readonly typeOnly: boolean
  readonly isPackage: boolean
}

const statement = /^\s*(?:import|export)\s+(type\s+)?([\w*\s{},$]+?\s+from\s+)?'([^']+)'/gm
const dynamic = /\bimport\('([^']+)'\)/g

function filesUnder(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** `<root>/src/rules/seed.ts` → `rules/seed`, `<root>/stages/judge.ts` → `stages/judge` */
const nameOf = (path: string) =>
  relative(root, path)
    .split(sep)
    .join('/')
    .replace(/^src\//, '')
    .replace(/\.ts$/, '')

const roomOf = (name: string) => name.split('/')[0] as string

function importsOf(path: string, text: string): Import[] {
  const found = [...text.matchAll(statement)].map(([, type, names = '', specifier]) => ({
    specifier: specifier as string,
    typeOnly: type !== undefined || /^\{(\s*type [\w\s$]+,?)+\s*\}\s+from\s+$/.test(names),
  }))
  const loaded = [...text.matchAll(dynamic)].map(([, specifier]) => ({
    specifier: specifier as string,
    typeOnly: false,
  }))
  return [...found, ...loaded].map(({ specifier, typeOnly }) => {
    const isPackage = !specifier.startsWith('.')
    return { of: isPackage ? specifier : nameOf(resolve(dirname(path), specifier)), typeOnly, isPackage }
  })
}

const covers = (entries: readonly string[], name: string) =>
  entries.some((entry) => name === entry || name.startsWith(`${entry}/`))

/** Why this import is not allowed there, or undefined. */
function objection(from: string, { of, typeOnly, isPackage }: Import): string | undefined {
  const room = rooms[roomOf(from)]
  if (room === undefined) return `${from}: the room ${roomOf(from)} is not in the table`
  const allowed = isPackage
    ? room.packages === undefined || room.packages.includes(of)
    : roomOf(of) === roomOf(from) || covers(room.values, of) || (typeOnly && covers(room.types ?? [], of))
  return allowed ? undefined : `${from} imports ${typeOnly ? 'types of ' : ''}${of}`
}

const sources = [...filesUnder('src'), ...filesUnder('stages')].map((path) => {
  const text = readFileSync(path, 'utf8')
  return { name: nameOf(path), text, imports: importsOf(path, text) }
})

describe('the direction of imports', () => {
  it('is kept by every file under src/ and stages/', () => {
    expect(sources.length).toBeGreaterThan(50)
    const broken = sources.flatMap(({ name, imports }) => imports.map((each) => objection(name, each)))
    expect(broken.filter((each) => each !== undefined)).toEqual([])
  })

  it('is read from every form of import', () => {
    const text = [
      "import type { Chain } from '../chain/chain.ts'",
      "import { type A, type B } from '../repo/state-repo.ts'",
      "import {\n  type A,\n  b,\n} from '../store/content.ts'",
      "export * from './seed.ts'",
      "import '../errors.ts'",
      "const lazy = await import('zod')",
    ].join('\n')
    expect(importsOf(join(root, 'src/rules/digest.ts'), text)).toEqual([
      { of: 'chain/chain', typeOnly: true, isPackage: false },
      { of: 'repo/state-repo', typeOnly: true, isPackage: false },
      { of: 'store/content', typeOnly: false, isPackage: false },
      { of: 'rules/seed', typeOnly: false, isPackage: false },
      { of: 'errors', typeOnly: false, isPackage: false },
      { of: 'zod', typeOnly: false, isPackage: true },
    ])
  })

  it('objects to what it must', () => {
    const adapterFile = { of: 'repo/bare-repo', typeOnly: false, isPackage: false }
    expect(objection('rules/seed', adapterFile)).toBeDefined()
    expect(objection('engine/advance', adapterFile)).toBeDefined()
    expect(objection('engine/advance', { of: 'formats/index', typeOnly: true, isPackage: false })).toBeDefined()
    expect(objection('engine/advance', { of: 'repo/state-repo', typeOnly: false, isPackage: false })).toBeDefined()
    expect(objection('state/state', { of: 'node:fs', typeOnly: false, isPackage: true })).toBeDefined()
    expect(objection('elsewhere/file', adapterFile)).toBeDefined()
    expect(objection('engine/advance', { of: 'repo/state-repo', typeOnly: true, isPackage: false })).toBeUndefined()
  })

  it('has no circles, types aside', () => {
    const graph = new Map(
      sources.map(({ name, imports }) => [
        name,
        imports.filter((each) => !each.isPackage && !each.typeOnly).map(({ of }) => of),
      ]),
    )
    expect(circleIn(graph)).toBeUndefined()
    expect(circleIn(new Map(Object.entries({ a: ['b'], b: ['c'], c: ['b'] })))).toEqual(['b', 'c', 'b'])
  })
})

/** The first circle found, from a file back to itself. */
function circleIn(graph: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>()
  const walk = (name: string, trail: readonly string[]): string[] | undefined => {
    if (trail.includes(name)) return [...trail.slice(trail.indexOf(name)), name]
    if (done.has(name)) return undefined
    for (const next of graph.get(name) ?? []) {
      const circle = walk(next, [...trail, name])
      if (circle !== undefined) return circle
    }
    done.add(name)
    return undefined
  }
  for (const name of graph.keys()) {
    const circle = walk(name, [])
    if (circle !== undefined) return circle
  }
  return undefined
}

describe('time and chance', () => {
  it('come in as arguments wherever something is decided', () => {
    const deciding = sources.filter(({ name }) => covers(['rules', 'state', 'engine', 'formats', 'stages'], name))
    const impure = /\bMath\.random\(|\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/
    const broken = deciding.filter(({ text }) => impure.test(text)).map(({ name }) => name)
    expect(broken).toEqual(['engine/system-clock'])
  })
})

describe('the tracked files', () => {
  const listed = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' })
  const unknown = listed.status !== 0
  if (unknown && process.env.CI) throw new Error('git cannot list the tracked files')

  it.skipIf(unknown)('name no path of the machine that they were written on', () => {
    const place = new RegExp(`(^|[\\s'"\`(=:,])/(${['work', 'root'].join('|')})/`, 'm')
    expect(place.test(`cd ${['', 'work', 'main'].join('/')}`)).toBe(true)
    const broken = listed.stdout.split('\0').filter((path) => {
      if (path === '') return false
      const bytes = readFileSync(join(root, path))
      return !bytes.includes(0) && place.test(bytes.toString('utf8'))
    })
    expect(broken).toEqual([])
  })
})
