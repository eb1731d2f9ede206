/** What the git program says of a remote when something fails, in our codes; git's words hold no credentials. */
import { RoundkeeperError } from '../errors.ts'
import { statusError } from './remote-errors.ts'

/** The cache folder, not the remote: a new one is made. */
export class CacheDamaged extends RoundkeeperError {
  constructor(gitdir: string, words: string) {
    super('unavailable', `the cache of the repository is damaged: ${words}`, {
      where: gitdir,
      hint: 'Remove the folder: it is only a copy, and is made anew.',
    })
  }
}

const DAMAGED =
  /bad object|corrupt|(bad|unterminated) shallow|shallow file|unable to read|unable to parse|did not send all necessary|unresolved delta|missing (blob|tree|commit)|inflate|does not match index|bad config|not a git repository: |invalid (sha1|object)|far too short|packfile|unable to create '.*\.lock'/i

export function gitFailure(words: string, url: string): RoundkeeperError {
  const status = Number(/returned error: (\d{3})/.exec(words)?.[1])
  if (status > 0) return statusError(status, url, undefined)
  if (/authentication failed|could not read (username|password)|terminal prompts disabled/i.test(words))
    return statusError(401, url, undefined)
  if (/repository '.*' not found/i.test(words)) return statusError(404, url, undefined)
  if (/not valid: is this a git repository|couldn't find remote ref/i.test(words)) {
    return new RoundkeeperError('not-found', 'there is no such branch, or no git repository', {
      where: url,
      hint: 'Check the URL and the name of the branch.',
    })
  }
  if (DAMAGED.test(words)) return new CacheDamaged(url, words)
  return new RoundkeeperError('unavailable', `the remote did not answer properly: ${words}`, {
    where: url,
    hint: 'Check the address and the network, and try again.',
  })
}
