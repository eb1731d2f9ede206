/** What a registry asks for in `WWW-Authenticate`. */
export type AuthChallenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: string; readonly service: string | undefined }

const MAX_LENGTH = 4_096
const PARAMETER = /([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi

/** Undefined for what nobody can answer. */
export function parseChallenge(header: string | undefined): AuthChallenge | undefined {
  if (header === undefined || header.length > MAX_LENGTH) return undefined
  const [, scheme = '', rest = ''] = /^\s*(\w+)(?:\s+(.*))?$/s.exec(header) ?? []
  if (scheme.toLowerCase() === 'basic') return { scheme: 'basic' }
  if (scheme.toLowerCase() !== 'bearer') return undefined
  const parameters = new Map<string, string>()
  for (const [, name = '', quoted, plain] of rest.matchAll(PARAMETER)) {
    parameters.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '')
  }
  const realm = parameters.get('realm')
  if (realm === undefined || !URL.canParse(realm)) return undefined
  return { scheme: 'bearer', realm, service: parameters.get('service') }
}
