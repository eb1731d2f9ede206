import { Malformed } from './wire.ts'

/** As OpenSSH breaks its lines. */
const LINE_LENGTH = 70

/** Of one text there is one encoding: line breaks and blanks aside, it must be exactly that. @throws Malformed */
export function decodeBase64(text: string): Buffer {
  const packed = text.replace(/[ \t\r\n]+/g, '')
  const bytes = Buffer.from(packed, 'base64')
  if (bytes.toString('base64') === packed) return bytes
  throw new Malformed('it is not base64')
}

/** Between the lines that say what it is. */
export function armored(name: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .match(new RegExp(`.{1,${LINE_LENGTH}}`, 'g'))
  return [`-----BEGIN ${name}-----`, ...(lines ?? []), `-----END ${name}-----`, ''].join('\n')
}

/** @throws Malformed */
export function dearmored(name: string, text: string): Buffer {
  const [begin, end] = [`-----BEGIN ${name}-----\n`, `\n-----END ${name}-----`]
  if (!text.startsWith(begin)) throw new Malformed(`it does not begin with ${begin.trim()}`)
  const at = text.indexOf(end, begin.length - 1)
  if (at < 0) throw new Malformed(`it does not end with ${end.trim()}`)
  if (text.slice(at + end.length).trim() !== '') throw new Malformed('something follows it')
  return decodeBase64(text.slice(begin.length, at))
}
