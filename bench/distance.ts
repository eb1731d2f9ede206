/**
 * What the classical distance says of models that should count as the same, and of such that should not, beside usual ways to
 * compare pictures: `npm run calibrate:distance`. The same figures on every machine.
 *
 * --scenes 40      how many models, each in every variation
 * --size 128       edge of a view in pixels
 * --write          puts the tables into docs/image-distance.md
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Colour } from '../src/demo/lathe.ts'
import { ClassicalDistance } from '../src/media/classical-distance.ts'
import { CpuRenderer } from '../src/media/cpu-renderer.ts'
import { decodeImage, type Picture } from '../src/media/decode-image.ts'
import { MAX_IMAGE_PIXELS } from '../src/media/limits.ts'
import { argumentsOf, countOf } from './arguments.ts'
import { differenceHash, meanSquare, structure } from './distance/others.ts'
import { drawScenes, modelOf, type Scene, type Variation } from './distance/scene.ts'

const { values } = argumentsOf(import.meta.filename, {
  options: {
    scenes: { type: 'string', default: '40' },
    size: { type: 'string', default: '128' },
    write: { type: 'boolean', default: false },
  },
})

interface Preview {
  readonly png: Uint8Array
  readonly picture: Picture
}
interface Kind {
  readonly name: string
  /** Whether an audit should take both for the same; undefined where one may argue. */
  readonly same?: boolean
  pairs(): Promise<readonly (readonly [Preview, Preview])[]>
}

const never = new AbortController().signal
const size = countOf('size', values.size)
const renderer = new CpuRenderer()
const classical = new ClassicalDistance()
const scenes = drawScenes('calibration', countOf('scenes', values.scenes))
const half = Math.SQRT1_2

const drawn = new Map<string, Promise<Preview>>()
function preview(scene: Scene, variation: Variation = {}): Promise<Preview> {
  const key = `${scene.left.stem} ${scene.right.stem} ${JSON.stringify(variation)} ${variation.repaint ?? ''}`
  const known = drawn.get(key) ?? draw(modelOf(scene, variation))
  drawn.set(key, known)
  return known
}

async function draw(model: Uint8Array): Promise<Preview> {
  const rendering = await renderer.render('glb', model, size, never)
  if (!rendering.ok) throw new Error(rendering.detail)
  return { png: rendering.png, picture: await decodeImage(rendering.png, MAX_IMAGE_PIXELS) }
}

const both = (a: Variation, b: Variation) => (): Promise<(readonly [Preview, Preview])[]> =>
  Promise.all(scenes.map(async (scene) => [await preview(scene, a), await preview(scene, b)] as const))

/** Each with several others. */
const across = (other: (scene: Scene, i: number, by: number) => Scene, steps: readonly number[]) => () =>
  Promise.all(
    steps.flatMap((by) =>
      scenes.map(async (scene, i) => {
        return [await preview(scene), await preview(other(scene, i, by), { shape: 0.02, colour: 6, take: 1 })] as const
      }),
    ),
  )
const at = (i: number) => scenes[i % scenes.length]!
const swapped = ([red, green, blue]: Colour): Colour => [green, blue, red]
/** What a renderer that draws nothing gives. */
const blank = async (): Promise<Preview> => draw(modelOf(at(0), { scaled: 1e-6 }))

/** Families come round every so many objects. */
const FAMILIES = new Set(scenes.map(({ left }) => left.stem.replace(/-.*/, ''))).size

const KINDS: readonly Kind[] = [
  { name: 'the same, other triangles (24 and 20 corners a ring)', same: true, pairs: both({}, { segments: 20 }) },
  {
    name: 'made again: radii ± 0.3 %, colours ± 1',
    same: true,
    pairs: both({}, { shape: 0.003, colour: 1, take: 1 }),
  },
  {
    name: 'made again with another seed: ± 2 %, ± 6',
    same: true,
    pairs: both({ shape: 0.02, colour: 6, take: 1 }, { shape: 0.02, colour: 6, take: 2 }),
  },
  {
    name: 'made again, badly: ± 6 %, ± 16',
    pairs: both({ shape: 0.06, colour: 16, take: 1 }, { shape: 0.06, colour: 16, take: 2 }),
  },
  { name: 'made by one with a third of the corners: 8', pairs: both({}, { segments: 8 }) },
  { name: '10 % smaller', pairs: both({}, { scaled: 0.9 }) },
  {
    name: 'a half of it another object',
    same: false,
    pairs: across((scene, i, by) => ({ ...scene, right: at(i + by).right }), [1, 3]),
  },
  { name: 'other colours', same: false, pairs: both({}, { repaint: swapped }) },
  { name: 'turned by 90° about the vertical', same: false, pairs: both({}, { turned: [0, half, 0, half] }) },
  { name: 'turned by 180°, front to back', same: false, pairs: both({}, { turned: [0, 1, 0, 0] }) },
  { name: 'upside down', same: false, pairs: both({}, { turned: [0, 0, 1, 0] }) },
  { name: 'other objects of the same kinds', same: false, pairs: across((_, i) => at(i + FAMILIES), [1]) },
  { name: 'other objects', same: false, pairs: across((_, i, by) => at(i + by), [1, 2, 3, 4, 5, 6, 9, 11]) },
  {
    name: 'nothing at all',
    same: false,
    pairs: async () => {
      const nothing = await blank()
      return Promise.all(scenes.map(async (scene) => [await preview(scene), nothing] as const))
    },
  },
]

const METRICS = {
  classical: async (a: Preview, b: Preview) => classical.distance(a.png, b.png),
  MSE: async (a: Preview, b: Preview) => meanSquare(a.picture, b.picture),
  '1 − SSIM': async (a: Preview, b: Preview) => structure(a.picture, b.picture),
  dHash: async (a: Preview, b: Preview) => differenceHash(a.picture, b.picture),
} as const
type MetricName = keyof typeof METRICS
const NAMES = Object.keys(METRICS) as MetricName[]

interface Measured extends Kind {
  readonly distances: Readonly<Record<MetricName, readonly number[]>>
}

async function measured(kind: Kind): Promise<Measured> {
  const pairs = await kind.pairs()
  const distances = {} as Record<MetricName, number[]>
  for (const name of NAMES) {
    distances[name] = []
    for (const [a, b] of pairs) distances[name].push(await METRICS[name](a, b))
    distances[name].sort((a, b) => a - b)
  }
  return { ...kind, distances }
}

const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
const digits = (value: number) => value.toFixed(3)
const percent = (share: number) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`
const row = (...cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
const table = (head: readonly string[], rows: readonly string[]) =>
  [row(...head), row(...head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows].join('\n')

const all: Measured[] = []
for (const kind of KINDS) all.push(await measured(kind))
const different = all.filter(({ same }) => same === false)
const limitOf = (name: MetricName) =>
  Math.max(...all.filter(({ same }) => same !== false).map(({ distances }) => distances[name].at(-1)!))

/** For `acceptable_distance`. */
const LIMITS = [0.02, 0.05, 0.1, 0.15, 0.2]
const verdict = ({ same }: Kind) => (same === undefined ? '–' : same ? 'yes' : 'no')
const distances = table(
  ['two models', 'the same?', 'pairs', 'least', 'median', '95 %', 'most', ...LIMITS.map((limit) => `> ${limit}`)],
  all.map((kind) => {
    const sorted = kind.distances.classical
    const figures = [sorted[0]!, quantile(sorted, 0.5), quantile(sorted, 0.95), sorted.at(-1)!].map(digits)
    const refused = LIMITS.map((limit) => percent(sorted.filter((distance) => distance > limit).length / sorted.length))
    return row(kind.name, verdict(kind), sorted.length, ...figures, ...refused)
  }),
)

/** Where each lets through all that is not surely different: how many of what is different it lets through, too. */
const others = table(
  ['', ...NAMES],
  [
    row('largest of all that is not surely different', ...NAMES.map((name) => limitOf(name).toFixed(4))),
    ...different.map((kind) =>
      row(
        kind.name,
        ...NAMES.map((name) => {
          const accepted = kind.distances[name].filter((distance) => distance <= limitOf(name))
          return percent(accepted.length / kind.distances[name].length)
        }),
      ),
    ),
  ],
)

console.log(`${distances}\n\n${others}`)
if (values.write) {
  const path = join(import.meta.dirname, '..', 'docs', 'image-distance.md')
  const page = await readFile(path, 'utf8')
  const sections = { distances, others }
  const written = Object.entries(sections).reduce(
    (before, [name, section]) =>
      before.replace(
        new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(\\n<!-- end -->)`),
        (_, start, end) => start + section + end,
      ),
    page,
  )
  await writeFile(path, written)
}
