/**
 * The secrets of this process, and texts without them. Whatever leaves it (terminal, logs, errors, records, evidence,
 * notifications) goes through here at the place where it is made, so that no caller has to think of it.
 */

/** Shorter ones would blot out words; whoever has one has no secret. */
export const SHORTEST_SECRET = 8
const SHORTEST_LINE = 24
const HIDDEN = '***'
const ORDINARY = /^([a-z]{1,15}|\d{1,15})$/i

type Environment = Readonly<Record<string, string | undefined>>

const known = new Set<string>()
let pattern: RegExp | undefined
let telling: string[] | undefined

/** From now on it is in no text. Of several lines (a key), each is hidden. */
export function hide(secret: string | undefined): void {
  if (secret === undefined || secret.trim().length < SHORTEST_SECRET || known.has(secret)) return
  known.add(secret)
  for (const line of secret.split(/\\n|\r?\n/)) {
    if (line !== secret && line.length >= SHORTEST_LINE && !line.startsWith('-----')) known.add(line)
  }
  pattern = undefined
  telling = undefined
}

const SECRET_NAME =
  /TOKEN|SECRET|PASSW|WEBHOOK|CREDENTIAL|MNEMONIC|API_?KEY|ACCESS_KEY|PRIVATE_KEY|(^|_)KEY$|^BT_PW_|CLIENT_ID$/i
/** Says where something is, or what it is called. */
const NO_SECRET_NAME = /_(FILE|PATH|DIR|ID|ENV|NAME)$/i

/** What is secret by the name of its variable, and passwords in addresses, whatever their variable is called. */
export function hideEnvironment(environment: Environment): void {
  for (const [name, value = ''] of Object.entries(environment)) {
    if (SECRET_NAME.test(name) && (!NO_SECRET_NAME.test(name) || /(ACCESS_KEY|CLIENT)_ID$/i.test(name))) hide(value)
    const password = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@]*:([^\s/@]+)@/i.exec(value)?.[1]
    if (password !== undefined) {
      hide(password)
      hide(unescaped(password))
    }
  }
}

/** The variables that settings name: fields that end in `_env`, wherever they are. */
export function hideNamed(settings: unknown, environment: Environment): void {
  if (typeof settings !== 'object' || settings === null) return
  for (const [field, value] of Object.entries(settings)) {
    if (field.endsWith('_env') && typeof value === 'string') hide(environment[value])
    else hideNamed(value, environment)
  }
}

/** The text without any secret of ours, in whatever form it is written: as it is, in JSON, in an address, base64, hex. */
export function withoutSecrets(text: string): string {
  if (known.size === 0) return text
  pattern ??= new RegExp(allForms().map(literally).join('|'), 'g')
  return text.replace(pattern, HIDDEN)
}

/** Whether everybody would learn a secret from it; words and numbers, which occur by themselves, tell nobody anything. */
export function tellsSecret(text: string): boolean {
  telling ??= [...known].filter((secret) => !ORDINARY.test(secret)).flatMap(formsOf)
  return telling.some((form) => text.includes(form))
}

/** The same value, of what JSON can hold, with no secret in any of its texts. */
export function valueWithoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value)
  if (typeof value !== 'object' || value === null || known.size === 0) return value
  if (Array.isArray(value)) return value.map(valueWithoutSecrets)
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [withoutSecrets(name), valueWithoutSecrets(item)]),
  )
}

/** As above; also what looks like credentials of anybody: in addresses, and in headers that somebody quotes. */
export function masked(text: string): string {
  return withoutSecrets(text)
    .replace(/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@"'<>]{0,256}:[^\s/@"'<>]{0,256}@/gi, `$1${HIDDEN}@`)
    .replace(
      /(authorization["'\\]{0,3}\s*[:=]\s*["'\\]{0,3}(?:(?:bearer|basic|token)\s+)?)[^\s"'\\,;]+/gi,
      `$1${HIDDEN}`,
    )
    .replace(/([?&]x-amz-(?:signature|credential|security-token)=)[^&\s"'<>]+/gi, `$1${HIDDEN}`)
}

/** For tests, and for a command that follows another one in the same process. */
export function forgetSecrets(): void {
  known.clear()
  pattern = undefined
  telling = undefined
}

/** Longest first: of two that begin alike, all of the longer one has to go. */
const allForms = () => [...new Set([...known].flatMap(formsOf))].sort((a, b) => b.length - a.length)

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const encoded = encodeURIComponent(secret.toWellFormed())
  const json = JSON.stringify(secret).slice(1, -1)
  const forms = [
    secret,
    secret.trim(),
    json,
    JSON.stringify(json).slice(1, -1),
    encoded,
    encoded.replaceAll('%20', '+'),
    encoded.replace(/%../g, (byte) => byte.toLowerCase()),
  ]
  forms.push(bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...inBase64(bytes))
  return forms.filter((form) => form.length >= SHORTEST_SECRET)
}

/** Also in the middle of something else, as in `Basic base64(user:password)`: what of it depends on the secret alone. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const ownBits = Math.floor(((before + bytes.length) * 8) / 6)
    const own = text.slice(Math.ceil((before * 8) / 6), ownBits)
    return [own, own.replaceAll('+', '-').replaceAll('/', '_')]
  })
}

const literally = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
