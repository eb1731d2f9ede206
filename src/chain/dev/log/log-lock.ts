/** One process writes to a folder at a time. A lock that a dead process left behind is taken away. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { RoundkeeperError } from '../../../errors.ts'

/** @returns gives it back @throws `conflict` while another process, or another node of this one, holds it; `unavailable` */
export function takeLock(path: string): () => void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: 'wx' })
      return () => rmSync(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        throw new RoundkeeperError('unavailable', 'the folder of the dev chain cannot be written to', {
          where: path,
          hint: 'Check that it exists and who may write to it.',
          cause: error,
        })
      }
    }
    const holder = holderOf(path)
    if (holder !== undefined && isAlive(holder)) {
      throw new RoundkeeperError('conflict', `process ${holder} runs this dev chain already`, {
        where: path,
        hint: 'Connect to that one, stop it, or use another folder.',
      })
    }
    rmSync(path, { force: true })
  }
  throw new RoundkeeperError('conflict', 'another process takes this dev chain at the same time', {
    where: path,
    hint: 'Try again, or use another folder.',
  })
}

function holderOf(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
