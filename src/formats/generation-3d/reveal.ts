import type { RevealField, RevealSchema } from '../../rules/reveals.ts'
import type { Config } from '../../state/config.ts'

const MAX_URL_LENGTH = 2083

const ok = (value: string) => ({ ok: true, value }) as const
const refuse = (reason: string) => ({ ok: false, reason }) as const

const matching = (pattern: RegExp, expected: string): RevealField => ({
  check(value) {
    if (typeof value !== 'string')
      return refuse(`expected ${expected}, found ${value === null ? 'null' : typeof value}`)
    return pattern.test(value) ? ok(value) : refuse(`expected ${expected}, found ${JSON.stringify(value.slice(0, 80))}`)
  },
})

/** Stored as the URL standard normalises it, without trailing slashes. */
const cdnUrl: RevealField = {
  check(value) {
    if (typeof value !== 'string') return refuse('expected an http(s) URL')
    const trimmed = value.replace(/\/+$/, '')
    if (trimmed.length > MAX_URL_LENGTH) return refuse(`longer than ${MAX_URL_LENGTH} characters`)
    if (!URL.canParse(trimmed)) return refuse(`not a URL: ${JSON.stringify(trimmed.slice(0, 80))}`)
    const url = new URL(trimmed)
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      return refuse(`expected http or https, found ${url.protocol}`)
    return ok(url.href)
  },
}

const legacy: RevealSchema = {
  fields: {
    repo: matching(/^[\p{L}\p{N}_-]+\/[\p{L}\p{N}_-]+$/u, 'a repository as owner/name'),
    commit: matching(/^[\s\S]{40}$/u, 'a commit of 40 characters'),
    cdn_url: cdnUrl,
  },
  priority: 'commit',
  identity: [],
}

const v1: RevealSchema = {
  ...legacy,
  fields: {
    repo: matching(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/, 'a repository as owner/name'),
    commit: matching(/^[0-9a-f]{40}$/, 'a commit id of 40 lower-case hex digits'),
    cdn_url: cdnUrl,
  },
  // A commit id names the code whole: a fork that holds it is the same code.
  identity: ['commit'],
  code: { repo: 'repo', commit: 'commit' },
}

/** A reveal is `{repo, commit, cdn_url}`; under `v1` the commit comes first, and the same code entered twice counts once. */
export const revealSchema = (config: Config): RevealSchema => (config.rules === 'v1' ? v1 : legacy)
