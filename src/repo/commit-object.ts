/** Reads commit objects as git stores them (gitformat-commit is nowhere written; git's commit.c and ident.c are). */
import type { Signature } from './state-repo.ts'

export interface CommitFields {
  readonly tree: string
  readonly parents: readonly string[]
  readonly author: Signature
  readonly committer: Signature
  /** Decoded as the commit's own `encoding` says, UTF-8 otherwise; what is no text in it becomes U+FFFD. */
  readonly message: string
}

/** The furthest moments that a Date holds. */
const MAX_MS = 8.64e15
const IDENTITY = /^([^<>]*)(?:<([^>]*)>?)?(.*)$/s
const FIELD = /^(tree|parent|author|committer|encoding) (.*)$/s

/** Anything is read: what a malformed commit lacks is empty. Of a field that may stand once, the first counts. */
export function parseCommit(raw: Uint8Array): CommitFields {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length)
  const end = bytes.indexOf('\n\n')
  const header = end < 0 ? bytes : bytes.subarray(0, end)
  const fields = new Map<string, Buffer[]>()
  for (const line of linesOf(header)) {
    const [, name, value = ''] = FIELD.exec(line.toString('latin1')) ?? []
    if (name === undefined) continue
    fields.set(name, [...(fields.get(name) ?? []), line.subarray(line.length - value.length)])
  }
  const ids = (name: string) => (fields.get(name) ?? []).map((value) => value.toString('latin1'))
  const decode = decoderOf(ids('encoding')[0])
  const identity = (name: string) => signatureOf(decode(fields.get(name)?.[0] ?? Buffer.alloc(0)))
  return {
    tree: ids('tree')[0] ?? '',
    parents: ids('parent'),
    author: identity('author'),
    committer: identity('committer'),
    message: end < 0 ? '' : decode(bytes.subarray(end + 2)),
  }
}

function* linesOf(header: Buffer): Generator<Buffer> {
  for (let at = 0; at < header.length; ) {
    const end = header.indexOf(10, at)
    yield header.subarray(at, end < 0 ? header.length : end)
    at = end < 0 ? header.length : end + 1
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function decoderOf(encoding: string | undefined): (bytes: Uint8Array) => string {
  if (encoding === undefined) return (bytes) => utf8.decode(bytes)
  try {
    const decoder = new TextDecoder(encoding, { ignoreBOM: true })
    return (bytes) => decoder.decode(bytes)
  } catch {
    return (bytes) => utf8.decode(bytes) // a name that nobody knows
  }
}

/** `name <email> seconds zone`; git, too, takes a time that it cannot read for the beginning of 1970. */
function signatureOf(text: string): Signature {
  const [, name = '', email = '', rest = ''] = IDENTITY.exec(text) ?? []
  const ms = Number(/^[^<>]*?(\d+)/.exec(rest)?.[1] ?? 0) * 1000
  return { name: name.trim(), email, at: new Date(ms > MAX_MS ? 0 : ms) }
}
