/**
 * What a preview costs, beside headless Chromium: three.js for GLB, Spark for PLY, on the processor (SwiftShader).
 * `npm run bench:render`, on Linux with Debian's `chromium`. The same generated files in one run, in turns; each side
 * warm, from bytes to PNG. Processor time of all threads and processes, as medians: the clock tells more about what else
 * the machine does.
 *
 * --rounds 5                how often each side draws each file
 * --only glb-100k,ply-50k   these files only; without it, the smaller ones of each kind
 * --all                     every file: some ten minutes
 * --pictures <folder>       writes what both drew
 * --json                    one JSON document instead of a table
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { CpuRenderer } from '../src/media/cpu-renderer.ts'
import type { ModelKind } from '../src/media/renderer.ts'
import { argumentsOf, countOf, refuse } from './arguments.ts'
import { Chromium, findChromium } from './render/chromium.ts'
import { cpuOfTree } from './render/cpu-time.ts'
import { glbModel } from './render/glb-model.ts'
import { browserLibraries } from './render/libraries.ts'
import { plyModel } from './render/ply-model.ts'
import { serve } from './render/site.ts'

interface Case {
  readonly kind: ModelKind
  /** Chromium's time / ours that we want at least. */
  readonly target: number
  readonly quick?: boolean
  readonly make: () => Uint8Array | Promise<Uint8Array>
}

const CASES: Readonly<Record<string, Case>> = {
  'glb-10k': { kind: 'glb', target: 1.5, quick: true, make: () => glbModel(10_000, 1024) },
  'glb-100k': { kind: 'glb', target: 2, quick: true, make: () => glbModel(100_000, 2048) },
  'glb-500k': { kind: 'glb', target: 4, make: () => glbModel(500_000, 2048) },
  'ply-50k': { kind: 'ply', target: 8, quick: true, make: () => plyModel(50_000) },
  'ply-200k': { kind: 'ply', target: 18, make: () => plyModel(200_000) },
  'ply-500k': { kind: 'ply', target: 25, make: () => plyModel(500_000) },
  'ply-1m': { kind: 'ply', target: 25, make: () => plyModel(1_000_000) },
}
const SIZE = 518

const { values } = argumentsOf(import.meta.filename, {
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    all: { type: 'boolean', default: false },
    pictures: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const rounds = countOf('rounds', values.rounds)
const chromiumPath = findChromium()
if (chromiumPath === undefined) {
  console.error('There is no Chromium to compare with: nothing was measured. On Debian: apt-get install chromium')
  process.exit(1)
}
const root = join(import.meta.dirname, '..')
const models = join(root, 'node_modules/.cache/roundkeeper-bench/models')
const renderer = new CpuRenderer()
const never = new AbortController().signal

const names = values.only?.split(',') ?? Object.keys(CASES).filter((name) => values.all || CASES[name]?.quick)
const cases = names.map((name) => [name, CASES[name] ?? unknown(name)] as const)
const site = await serve(browserLibraries(root), models)
try {
  const chromium = await Chromium.open(chromiumPath, site.url)
  try {
    const results = []
    for (const each of cases) results.push(await compare(chromium, ...each))
    if (values.json) console.log(JSON.stringify(results, null, 2))
    else console.table(results)
  } finally {
    await chromium.close()
  }
} finally {
  site.close()
}

async function compare(chromium: Chromium, name: string, { kind, target, make }: Case) {
  const file = `${name}.${kind}`
  const path = join(models, file)
  if (!existsSync(path)) {
    mkdirSync(models, { recursive: true })
    writeFileSync(path, await make())
  }
  const taken: { ours: number[]; theirs: number[] } = { ours: [], theirs: [] }
  let [png, theirPng]: [Uint8Array, Uint8Array] = [new Uint8Array(), new Uint8Array()]
  for (let round = 0; round <= rounds; round++) {
    const before = process.cpuUsage()
    png = await ours(kind, path)
    const { user, system } = process.cpuUsage(before)
    const start = cpuOfTree(chromium.pid)
    theirPng = await theirs(chromium, kind, file)
    const end = cpuOfTree(chromium.pid)
    // The first time warms up.
    if (round === 0) continue
    taken.ours.push((user + system) / 1000)
    taken.theirs.push(end - start)
  }
  if (values.pictures !== undefined) {
    mkdirSync(values.pictures, { recursive: true })
    writeFileSync(join(values.pictures, `${name}-ours.png`), png)
    writeFileSync(join(values.pictures, `${name}-chromium.png`), theirPng)
  }
  const [oursMs, chromiumMs] = [median(taken.ours), median(taken.theirs)]
  const ratio = Number((chromiumMs / oursMs).toFixed(1))
  return {
    file: name,
    'ours, ms': Math.round(oursMs),
    'Chromium, ms': Math.round(chromiumMs),
    ratio,
    target,
    met: ratio >= target,
    'PSNR, dB': await psnr(png, theirPng),
  }
}

async function ours(kind: ModelKind, path: string): Promise<Uint8Array> {
  const rendering = await renderer.render(kind, readFileSync(path), SIZE, never)
  if (!rendering.ok) throw new Error(`${path}: ${rendering.code}, ${rendering.detail}`)
  return rendering.png
}

async function theirs(chromium: Chromium, kind: ModelKind, file: string): Promise<Uint8Array> {
  const draw = kind === 'glb' ? 'drawGlb' : 'drawPly'
  const url = await chromium.evaluate(`${draw}(${JSON.stringify(`/models/${file}`)})`)
  return Buffer.from(String(url).replace(/^data:image\/png;base64,/, ''), 'base64')
}

/** How alike two pictures are, in decibels: 20 is another picture, beyond 40 eyes see no difference. */
async function psnr(a: Uint8Array, b: Uint8Array): Promise<number> {
  const [left, right] = await Promise.all([a, b].map((png) => sharp(png).removeAlpha().raw().toBuffer()))
  let sum = 0
  for (let i = 0; i < left!.length; i++) sum += (left![i]! - right![i]!) ** 2
  return Number((10 * Math.log10(255 ** 2 / (sum / left!.length))).toFixed(1))
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN
}

function unknown(name: string): never {
  refuse(`--only ${name}: expected some of ${Object.keys(CASES).join(', ')}`)
}
