import { parse, resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { lookAt, pixelsOfLook, visiblePixels } from '../media/look.ts'
import { encodePng } from '../media/preview.ts'
import { sideBySide } from '../media/side-by-side.ts'
import { requireOther, writeWhole } from '../media/write-whole.ts'
import { LEGACY_AUDIT_LIMITS } from '../rules/audit.ts'
import { addDistanceOptions, type DistanceOptions, distanceSettingsOf, networkCache } from './distance-options.ts'
import { localRenderer, sizeOption } from './media-options.ts'
import type { DistanceSettings } from './media-settings.ts'
import { operatorDistance } from './operator-media.ts'
import { print, printJson } from './output.ts'

interface Options extends DistanceOptions {
  readonly out?: string
  readonly size: number
  readonly threshold: number
  readonly endpoint?: string
  readonly json?: boolean
}

export const mediaDiffCommand = addDistanceOptions(new Command('diff'))
  .summary('measure how far two models or pictures are apart')
  .description(
    'Draws what is a model, measures the distance as an audit does between what was submitted and what came of generating it\n' +
      'again, says what that distance would mean there, and writes both side by side.',
  )
  .argument('<a>', 'a model (.glb, .ply) or an image (PNG, JPEG, WebP)')
  .argument('<b>', 'another')
  .option('-o, --out <png>', 'where to write both side by side; A-B.png in this folder unless given')
  .addOption(
    new Option('--threshold <distance>', 'up to which an audit takes both for the same: `acceptable_distance`')
      .default(LEGACY_AUDIT_LIMITS.acceptableDistance)
      .argParser(threshold),
  )
  .addOption(
    new Option('--endpoint <url>', 'an image-distance service that measures; measured here unless given').conflicts(
      'model',
    ),
  )
  .addOption(sizeOption())
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExit codes: 0 measured, whatever came of it, 1 not measured, 2 wrong usage.\n' +
      '\nExamples:\n  $ roundkeeper media diff submitted.glb generated-again.glb\n' +
      '  $ roundkeeper media diff a.png b.png --model dinov3.onnx --json\n',
  )
  .action(async (a: string, b: string, { out, size, threshold, endpoint, json, ...by }: Options) => {
    const path = resolve(out ?? `${parse(a).name}-${parse(b).name}.png`)
    await requireOther(path, [a, b])
    await using renderer = localRenderer(2)
    const settings: DistanceSettings =
      endpoint === undefined ? await distanceSettingsOf(by) : { kind: 'http', url: endpoint, fetches: false }
    await using measuring = operatorDistance(settings, { root: process.cwd(), cacheDir: networkCache() })
    const measure = measuring.distance
    const never = new AbortController().signal
    const [left, right] = await Promise.all([lookAt(a, renderer, size, never), lookAt(b, renderer, size, never)])
    const [seenLeft, seenRight] = [await visiblePixels(a, left.image), await visiblePixels(b, right.image)]
    const distance = await measure.distance(left.image, right.image)
    const pixels = [await pixelsOfLook(a, left), await pixelsOfLook(b, right)]
    await writeWhole(path, await encodePng(sideBySide(seenLeft, seenRight)))
    const same_pixels = pixels[0] === pixels[1]
    const told = { distance, threshold, accepted: distance <= threshold, same_pixels, measure: measure.id, path }
    if (json) return printJson({ a, b, ...told })
    print(`distance ${distance} (${measure.id})`)
    print(meaning(distance, threshold, same_pixels))
    print(path)
  })

function meaning(distance: number, threshold: number, samePixels: boolean): string {
  if (samePixels) return 'the very same pixels'
  if (distance <= threshold) return `an audit would take both for the same: not above ${threshold}`
  return `an audit would count a mismatch: above ${threshold}`
}

function threshold(text: string): number {
  const value = Number(text)
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value
  throw new InvalidArgumentError('expected a distance above 0')
}
