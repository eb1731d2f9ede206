import { parse, resolve } from 'node:path'
import { Command } from 'commander'
import { RoundkeeperError } from '../errors.ts'
import { lookAt } from '../media/look.ts'
import { requireOther, writeWhole } from '../media/write-whole.ts'
import { compatOption, localRenderer, sizeOption } from './media-options.ts'
import { print, printJson } from './output.ts'

interface Options {
  readonly out?: string
  readonly size: number
  readonly compat?: boolean
  readonly json?: boolean
}

export const mediaViewCommand = new Command('view')
  .summary('draw the preview of a model, as judges see it')
  .description(
    'Writes the grid of four views as PNG, and prints the hash of its pixels, which is the same on every machine.',
  )
  .argument('<file>', 'a .glb or .ply model')
  .option('-o, --out <png>', 'where to write; FILE.png in this folder unless given')
  .addOption(sizeOption())
  .addOption(compatOption())
  .option('--json', 'print one JSON object')
  .addHelpText(
    'after',
    '\nExit codes: 0 written, 1 no model, or one that would be rejected, 2 wrong usage.\n' +
      '\nExamples:\n  $ roundkeeper media view model.glb\n  $ roundkeeper media view model.ply --out a.png\n',
  )
  .action(async (file: string, { out, size, compat, json }: Options) => {
    const path = resolve(out ?? `${parse(file).name}.png`)
    await requireOther(path, [file])
    await using renderer = localRenderer(1, compat)
    const { rendering } = await lookAt(file, renderer, size, new AbortController().signal)
    if (rendering === undefined) {
      throw new RoundkeeperError('usage', `${file} is no model`, { where: file, hint: 'Name a .glb or .ply file.' })
    }
    await writeWhole(path, rendering.png)
    const { width, height, pixelsSha256 } = rendering
    if (json) return printJson({ file, path, width, height, pixels_sha256: pixelsSha256, renderer: renderer.id })
    print(path)
    print(`${width}×${height}, pixels sha256:${pixelsSha256}, drawn by ${renderer.id}`)
  })
