/** The folder of a demo: what lies in it, and how an interrupted one is found again. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../engine/clock.ts'
import { foundCompetition } from '../engine/found.ts'
import { RoundkeeperError } from '../errors.ts'
import type { ModelKind } from '../media/renderer.ts'
import { BareRepo } from '../repo/bare-repo.ts'
import { isGitFolder } from '../repo/git-folder.ts'
import { type Holders, identitiesOf, settingsOf, writeHolderKeys } from '../signing/holders.ts'
import type { DemoChain } from './chain/demo-chain.ts'
import { type DemoScale, demoConfig } from './config.ts'
import type { DemoWorld } from './world.ts'

/** Stands for wherever the object store would be published; the objects lie in the folder `store`. */
export const STORE_URL = 'https://store.demo.test'
const SETTINGS_FILE = 'roundkeeper.json'

export async function prepareFolder(dir: string, seed: number, kind: ModelKind): Promise<void> {
  await mkdir(dir, { recursive: true })
  const marker = join(dir, 'demo.txt')
  const text = `Roundkeeper demo, --seed ${seed} --artifact ${kind}\n`
  const found = await readFile(marker, 'utf8').catch(() => undefined)
  if (found === text) return
  if (found !== undefined || (await readdir(dir)).length > 0) {
    throw new RoundkeeperError('usage', `${dir} holds something else`, {
      where: dir,
      hint:
        found === undefined ? 'Name an empty folder.' : `It holds another demo: ${found.trim()}. Name an empty folder.`,
    })
  }
  await writeFile(marker, text)
}

export async function openRepo(
  dir: string,
  world: DemoWorld,
  { chain, settings: chainSettings }: DemoChain,
  clock: Clock,
  kind: ModelKind,
  scale: DemoScale,
  holders: Holders,
): Promise<BareRepo> {
  const path = join(dir, 'state.git')
  const settings = {
    repo: 'state.git',
    chain: chainSettings,
    store: { folder: 'store', base_url: STORE_URL },
    images: 'images',
    ...settingsOf(holders),
  }
  await writeFile(join(dir, SETTINGS_FILE), `${JSON.stringify(settings, null, 2)}\n`)
  // Killed between two files, it begins with them anew: they follow from the seed.
  await rm(join(dir, 'keys'), { recursive: true, force: true })
  await writeHolderKeys(dir, holders)
  if (await isGitFolder(path)) {
    const existing = await BareRepo.open(path, { branch: 'main' })
    if (
      await existing.head().then(
        () => true,
        () => false,
      )
    )
      return existing
  }
  const founding = foundCompetition({
    config: demoConfig(kind, scale),
    pool: world.pool,
    leaders: [world.firstLeader],
    head: await chain.head(),
    signers: holders,
  })
  return BareRepo.create(path, {
    branch: 'main',
    files: founding.files,
    message: founding.messages.join('\n'),
    by: { ...identitiesOf(holders).operator, at: clock.now() },
  })
}
