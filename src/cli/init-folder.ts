/** The folder of a new competition: nothing is written over, and it is there whole or not at all. */
import { access, constants, mkdir, mkdtemp, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'
import { OPERATOR_FILE } from './operator-settings.ts'

/** With the process that fills it; what one that was killed left behind, nobody ever looks into. */
const STAGING = '.founding-'

/** Before anybody is asked anything. @throws RoundkeeperError `usage` when it holds something, or cannot be written to */
export async function checkFolder(dir: string): Promise<void> {
  const entries = await readdir(dir).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw cannotBeMade(dir, cause)
  })
  if (entries?.some((name) => !name.startsWith(STAGING))) {
    throw new RoundkeeperError('usage', `${dir} is not empty`, {
      where: dir,
      hint: 'Name a folder that does not exist yet.',
    })
  }
  if (entries?.some((name) => isAtWork(Number(name.split('-')[1])))) {
    throw new RoundkeeperError('usage', `another \`init\` is at work in ${dir}`, {
      where: dir,
      hint: `Wait for it; if there is none, remove ${STAGING}… there.`,
    })
  }
  await access(await nearest(dir), constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw cannotBeMade(dir, cause)
  })
}

/** @param write fills a folder that becomes `dir` when it is done */
export async function makeFolder(dir: string, write: (staging: string) => Promise<void>): Promise<void> {
  await checkFolder(dir)
  const top = await mkdir(dir, { recursive: true }).catch((cause: unknown) => {
    throw cannotBeMade(dir, cause)
  })
  const moved: string[] = []
  try {
    for (const left of await readdir(dir)) await rm(join(dir, left), { recursive: true })
    const staging = await mkdtemp(join(dir, `${STAGING}${process.pid}-`))
    await write(staging)
    // What makes it a competition comes last.
    const entries = (await readdir(staging)).sort((a, b) => Number(a === OPERATOR_FILE) - Number(b === OPERATOR_FILE))
    for (const name of entries) {
      await rename(join(staging, name), join(dir, name))
      moved.push(name)
    }
    await rmdir(staging)
  } catch (error) {
    const ours = (await readdir(dir)).filter((name) => name.startsWith(STAGING) || moved.includes(name))
    for (const name of ours) await rm(join(dir, name), { recursive: true, force: true })
    if (top !== undefined) await removeEmpty(dir, top)
    throw error
  }
}

function isAtWork(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function nearest(dir: string): Promise<string> {
  const isThere = await access(dir).then(
    () => true,
    () => false,
  )
  return isThere || dirname(dir) === dir ? dir : nearest(dirname(dir))
}

async function removeEmpty(dir: string, top: string): Promise<void> {
  for (let folder = dir; ; folder = dirname(folder)) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    )
    if (!removed || folder === top) return
  }
}

const cannotBeMade = (dir: string, cause: unknown) =>
  new RoundkeeperError('usage', `the folder ${dir} cannot be made`, {
    where: dir,
    hint: 'Name a folder that does not exist yet, in one that you may write to.',
    cause,
  })
