/** `github:OWNER/NAME`: a repository of GitHub that is spoken to by its API instead of by git. */
import { RoundkeeperError } from '../../errors.ts'
import type { Repository } from './credentials.ts'

const PREFIX = /^github:/
const NAME = /^([A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}))\/([A-Za-z0-9._-]{1,100})$/

export const isGithubAddress = (text: string) => PREFIX.test(text)

/** @throws RoundkeeperError `usage` */
export function parseGithubAddress(text: string): Repository {
  const [, owner, name = ''] = NAME.exec(text.replace(PREFIX, '')) ?? []
  const repo = name.replace(/\.git$/, '')
  if (owner !== undefined && !/^\.*$/.test(repo)) return { owner, repo }
  throw new RoundkeeperError('usage', 'this names no repository on GitHub', {
    where: text,
    hint: 'Write github:OWNER/NAME, such as github:ada/my-competition.',
  })
}

/** Where git finds the same, for those who only read. @throws RoundkeeperError `usage` */
export function githubUrl(text: string): string {
  const { owner, repo } = parseGithubAddress(text)
  return `https://github.com/${owner}/${repo}`
}
