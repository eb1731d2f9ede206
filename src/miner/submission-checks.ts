/** What a miner hands in, looked at before it goes to the chain: there it can be replaced, but not be taken back. */
import { RoundkeeperError } from '../errors.ts'

/** @throws `usage` for what is no full commit id */
export function checkHash(hash: string): void {
  if (/^[0-9a-f]{40}$/.test(hash)) return
  throw new RoundkeeperError('usage', `Invalid commit hash: ${shown(hash)}. Expected 40 lower-case hex digits`, {
    hint: '`git rev-parse HEAD` prints the full id of the commit; a short one, a branch or a tag is not enough.',
  })
}

/** @throws `usage` */
export function checkRepo(repo: string): void {
  if (/^[a-zA-Z0-9._-]+\/[a-zA-Z0-9._-]+$/.test(repo)) return
  throw new RoundkeeperError('usage', `Invalid git repository format: ${shown(repo)}. Expected format: 'user/repo'`, {
    hint: 'Give OWNER/NAME as in the address of the repository, without https:// and .git.',
  })
}

/** @throws `usage` */
export function checkCdnUrl(text: string): URL {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol) && url.hostname !== '' && /^https?:\/\//i.test(text)) return url
  throw new RoundkeeperError(
    'usage',
    `Invalid CDN URL format: ${shown(text)}. Expected a valid URL with scheme (http:// or https://)`,
    { hint: 'Models are fetched from {cdn-url}/{prompt}.glb (or .ply, .js): give everything before that last slash.' },
  )
}

const shown = (text: string) => JSON.stringify(text.slice(0, 200))
