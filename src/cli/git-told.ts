/** How an operator's repository is reached, for `status`: by what is set and was measured; nothing is asked. */
import { join, resolve } from 'node:path'
import { ASKED_FOR, bySize, measuredIn, NO_PROGRAM } from '../repo/git-choice.ts'
import { findGit } from '../repo/git-program.ts'
import { isGithubAddress } from '../repo/github/address.ts'
import { settingsBeside } from './source.ts'

export interface GitTold {
  readonly backend: 'folder' | 'github-api' | 'native' | 'isomorphic' | 'undecided'
  readonly reason: string
}

/** @returns undefined for a source that is no operator's folder */
export async function gitTold(source: string, now: Date): Promise<GitTold | undefined> {
  const settings = await settingsBeside(source)
  if (settings === undefined) return undefined
  const { repo, git } = settings
  if (isGithubAddress(repo)) return { backend: 'github-api', reason: '`repo` begins with github:' }
  if (!/^https?:\/\//.test(repo)) return { backend: 'folder', reason: '`repo` is a folder of this machine' }
  if (git !== 'auto') return ASKED_FOR(git)
  if ((await findGit()) === undefined) return NO_PROGRAM
  const files = await measuredIn(join(resolve(source), '.cache', 'git.json'), now)
  if (files !== undefined) return bySize(files)
  return { backend: 'undecided', reason: 'the next run of `advance` measures the repository' }
}
