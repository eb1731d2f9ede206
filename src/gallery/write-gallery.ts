/** Reads a competition and writes its gallery: a page a round, and the pictures that the store has. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Snapshot } from '../engine/snapshot.ts'
import { RoundkeeperError } from '../errors.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { files } from '../state/index.ts'
import type { ObjectReader } from '../store/object-store.ts'
import { renderIndex } from './index-page.ts'
import { GENERATOR } from './page.ts'
import { INDEX_PAGE, matchPage, roundPage } from './paths.ts'
import { Pictures } from './pictures.ts'
import { readCompetition, roundsOf } from './read-competition.ts'
import { readRound } from './read-round.ts'
import { hasMatchPages, type Neighbours, renderMatchPage, renderRound } from './round-page.ts'
import type { RoundSummary, RoundView } from './views.ts'

export interface GalleryOptions {
  readonly repo: StateRepo
  /** Without one the pages name addresses instead of showing pictures. */
  readonly store: ObjectReader | undefined
  /** A new or empty folder, or an older gallery, which is written over. */
  readonly dir: string
}

export interface Gallery {
  /** The page to begin with. */
  readonly index: string
  readonly pages: number
  readonly pictures: number
}

/** @throws `usage` for a folder that holds something else, or cannot be written to; `state-file`, `unavailable` */
export async function writeGallery({ repo, store, dir }: GalleryOptions): Promise<Gallery> {
  await prepare(dir)
  const snapshot = new Snapshot(repo, await repo.head())
  const config = await snapshot.read(files.config)
  const pictures = new Pictures(store, dir)
  const numbers = await roundsOf(snapshot)
  const summaries: RoundSummary[] = []
  let pages = 1
  // Round by round, so that a long competition never lies in memory whole.
  for (const [i, number] of numbers.entries()) {
    const round = await readRound(snapshot, config, number, pictures)
    pages += await writeRound(dir, round, {
      competition: config.name,
      previous: numbers[i - 1],
      next: numbers[i + 1],
    })
    summaries.push(summaryOf(round))
  }
  const index = join(dir, INDEX_PAGE)
  await writeFile(index, renderIndex(await readCompetition(snapshot, config), summaries))
  return { index, pages, pictures: await pictures.count() }
}

async function writeRound(dir: string, round: RoundView, beside: Neighbours): Promise<number> {
  await writeFile(join(dir, roundPage(round.number)), renderRound(round, beside))
  if (!hasMatchPages(round)) return 1
  for (const match of round.matches) {
    await writeFile(join(dir, matchPage(round.number, match.number)), renderMatchPage(round, match, beside))
  }
  return 1 + round.matches.length
}

const summaryOf = ({ number, leader, winner, voided, showcase, entries, matches }: RoundView): RoundSummary => ({
  number,
  leader,
  winner,
  voided,
  showcase,
  entries: entries.length,
  matches: matches.length,
})

/** Never writes over what is not a gallery. */
async function prepare(dir: string): Promise<void> {
  const refuse = (cause: unknown): never => {
    throw new RoundkeeperError('usage', `no gallery can be written to ${dir}`, {
      where: dir,
      hint: 'Name a folder that you may write to with --out.',
      cause,
    })
  }
  const held = await mkdir(dir, { recursive: true }).then(() => readdir(dir), refuse)
  if (held.length === 0) return writeFile(join(dir, INDEX_PAGE), placeholder).catch(refuse)
  const index = await readFile(join(dir, INDEX_PAGE), 'utf8').catch(() => '')
  if (index.includes(`content="${GENERATOR}"`)) return
  throw new RoundkeeperError('usage', `${dir} holds something else than a gallery`, {
    where: dir,
    hint: 'Name a new or an empty folder with --out.',
  })
}

/** Marks the folder as ours from the beginning, so that a run that broke off can be repeated. */
const placeholder = `<!doctype html><meta name="generator" content="${GENERATOR}"><title>being written</title>\n`
