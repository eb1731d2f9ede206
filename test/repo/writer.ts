/** A process that counts: adds one to `counter` and writes a file of its own, again and again, whatever happens. */
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isError } from '../../src/errors.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { RemoteRepo } from '../../src/repo/remote-repo.ts'
import type { StateRepo } from '../../src/repo/state-repo.ts'
import { by, changeOf } from './support.ts'

/** @param patience the most milliseconds to wait after a lost race @param counted told of every commit that landed */
export async function count(
  repo: StateRepo,
  name: string,
  commits: number,
  patience: number,
  counted = (_commits: number) => {},
): Promise<void> {
  for (let i = 1; i <= commits; ) {
    const head = await repo.head()
    const counter = Number(Buffer.from((await repo.read(head, 'counter')) ?? []).toString())
    const change = changeOf({ counter: `${counter + 1}`, [`writers/${name}`]: `${i}` }, `${name} ${i}`)
    const done = await repo.commit(head, change, by).catch((error: unknown) => {
      if (isError(error) && error.retryable) return undefined
      throw error
    })
    if (done === undefined) await sleep(Math.random() * patience)
    else counted(i++)
  }
}

const [target, name = '', commits = '0'] = process.argv.slice(2)
if (target !== undefined && import.meta.main) {
  const repo = target.startsWith('http')
    ? await RemoteRepo.open(target, { branch: 'main', cacheDir: await mkdtemp(join(name, 'cache-')) })
    : await BareRepo.open(target, { branch: 'main' })
  const tell = (done: number) => void process.stdout.write(`${done}\n`)
  await count(repo, name.replace(/.*\//, ''), Number(commits), target.startsWith('http') ? 400 : 10, tell)
}
