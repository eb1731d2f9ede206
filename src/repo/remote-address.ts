import { RoundkeeperError } from '../errors.ts'
import type { AskCredentials } from './remote-auth.ts'

export interface Address {
  readonly url: string
  readonly credentials: AskCredentials | undefined
}

/** Takes credentials out of a URL, so that it can be shown. */
export function parseAddress(text: string): Address {
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new RoundkeeperError('usage', 'a remote repository needs an http or https URL', {
      hint: 'Use the https URL of the repository, such as https://github.com/owner/name; ssh is not supported.',
    })
  }
  const { username, password } = url
  url.username = ''
  url.password = ''
  const given = { username: decodeURIComponent(username), password: decodeURIComponent(password) }
  return {
    url: url.href.replace(/\/+$/, ''),
    credentials: username === '' && password === '' ? undefined : () => given,
  }
}
