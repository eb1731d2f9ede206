import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { openSource } from '../repo/open.ts'
import type { ObjectReader } from '../store/object-store.ts'
import type { ObjectSource } from '../store/source/object-source.ts'
import { storeOf } from './evidence-options.ts'
import { print, printJson } from './output.ts'
import { sourceOf } from './source.ts'

export const galleryCommand = new Command('gallery')
  .summary('draw a competition as pages to look at')
  .description(
    'Writes a folder of plain pages: the crown over time, and for every round its entries, matches, prompts, previews\n' +
      "and the judge's words. Works offline; pictures come from the object store, where one is known. Only reads.",
  )
  .argument('<source>', 'a folder made by `init` or `demo`, a git bundle, a clone, a bare repository, or a URL')
  .option(
    '--store <source>',
    'the object store with the pictures: a folder, an http(s) URL, or s3://bucket/prefix?endpoint=…&region=…;\na folder made by `init` names its own',
  )
  .option('-o, --out <folder>', 'where to write: a new folder, or an older gallery', 'gallery')
  .option('--json', 'print what was written as JSON')
  .addHelpText(
    'after',
    '\nExit codes: 0 written, 1 not, 2 wrong usage.\n' +
      '\nExamples:\n  $ roundkeeper gallery my-competition --out public\n  $ roundkeeper gallery competition.bundle\n',
  )
  .action(async (source: string, options: { store?: string; out: string; json?: boolean }) => {
    const { writeGallery } = await import('../gallery/write-gallery.ts')
    const { openObjects } = await import('../store/source/open-objects.ts')
    const found = await storeOf(source, options)
    await using objects = found && (await openObjects(found.address, found.s3))
    await using repo = await openSource(await sourceOf(source))
    const store = objects && readerOf(objects)
    const gallery = await writeGallery({ repo, store, dir: resolve(options.out) })
    if (options.json) return printJson(gallery)
    print(`${gallery.pages} pages and ${gallery.pictures} pictures`)
    if (store === undefined) print('No object store is known: the pages name addresses instead. See --store.')
    print(`Open ${pathToFileURL(gallery.index).href}`)
  })

/** Larger ones are shown by nobody. */
const MAX_PICTURE_BYTES = 50 * 2 ** 20

function readerOf(source: ObjectSource): ObjectReader {
  const limits = { maxBytes: MAX_PICTURE_BYTES, signal: new AbortController().signal }
  return { id: source.id, get: (key) => source.get(key, limits) }
}
