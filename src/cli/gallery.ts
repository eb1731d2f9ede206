import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Command } from 'commander'
import { RoundkeeperError } from '../errors.ts'
import { openSource } from '../repo/open.ts'
import { OPERATOR_FILE, readSettings } from './operator-settings.ts'
import { print, printJson } from './output.ts'
import { sourceOf } from './source.ts'

export const galleryCommand = new Command('gallery')
  .summary('draw a competition as pages to look at')
  .description(
    'Writes a folder of plain pages: the crown over time, and for every round its entries, matches, prompts, previews\n' +
      "and the judge's words. Works offline; pictures come from the object store, where one is known. Only reads.",
  )
  .argument('<source>', 'a folder made by `init` or `demo`, a git bundle, a clone, a bare repository, or a URL')
  .option('--store <folder>', 'the object store with the pictures; a folder made by `init` names its own')
  .option('-o, --out <folder>', 'where to write: a new folder, or an older gallery', 'gallery')
  .option('--json', 'print what was written as JSON')
  .addHelpText(
    'after',
    '\nExamples:\n  $ roundkeeper gallery my-competition --out public\n  $ roundkeeper gallery competition.bundle\n',
  )
  .action(async (source: string, options: { store?: string; out: string; json?: boolean }) => {
    const { writeGallery } = await import('../gallery/write-gallery.ts')
    const { FolderStore } = await import('../store/folder-store.ts')
    const folder = options.store === undefined ? await storeOf(source) : await existing(resolve(options.store))
    await using repo = await openSource(await sourceOf(source))
    const store = folder === undefined ? undefined : new FolderStore({ dir: folder })
    const gallery = await writeGallery({ repo, store, dir: resolve(options.out) })
    if (options.json) return printJson(gallery)
    print(`${gallery.pages} pages and ${gallery.pictures} pictures`)
    if (store === undefined) print('No object store is known: the pages name addresses instead. See --store.')
    print(`Open ${pathToFileURL(gallery.index).href}`)
  })

/** The store that the operator's settings name, if the source is an operator's folder. */
async function storeOf(source: string): Promise<string | undefined> {
  const root = resolve(source)
  const isOperator = await stat(join(root, OPERATOR_FILE)).then(
    (found) => found.isFile(),
    () => false,
  )
  return isOperator ? resolve(root, (await readSettings(root)).store.folder) : undefined
}

async function existing(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined)
  if (found?.isDirectory()) return folder
  throw new RoundkeeperError('not-found', `there is no folder ${folder}`, {
    where: '--store',
    hint: 'Name the folder of the object store, e.g. `my-competition/store`.',
  })
}
