import { RoundkeeperError } from '../../errors.ts'

const PROTOCOLS = ['redis:', 'rediss:', 'unix:']

/** Where a Redis is, for people: without user and password. @throws `usage`, which does not say what was given */
export function nameOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed !== undefined && PROTOCOLS.includes(parsed.protocol))
    return `${parsed.protocol}//${parsed.host}${parsed.pathname}`
  throw new RoundkeeperError('usage', 'that is no address of a Redis', {
    where: 'the address of the Redis, which may hold a password and is not shown',
    hint: 'Write redis://HOST:PORT, rediss://USER:PASSWORD@HOST:PORT or unix:///path/to/redis.sock.',
  })
}

/** Whether it holds a secret, which must not stand in arguments or files. */
export const holdsSecret = (url: string): boolean => URL.canParse(url) && new URL(url).password !== ''
