/** One line of an allowed_signers file (ssh-keygen(1), ALLOWED SIGNERS): `principals [options] keytype key [comment]` */
import { absoluteTime } from './absolute-time.ts'
import { formatPublicKey, type PublicKey, parsePublicKey } from './public-key.ts'
import { Malformed } from './wire.ts'

export interface AllowedSigner {
  /** From 1. */
  readonly line: number
  /** Patterns, separated by commas: for whom the key signs. */
  readonly principals: string
  readonly key: PublicKey
  /** Patterns; undefined for any. */
  readonly namespaces: string | undefined
  /** Seconds since 1970, both included; undefined for no limit. */
  readonly validAfter: number | undefined
  readonly validBefore: number | undefined
}

interface Options {
  namespaces?: string
  validAfter?: number
  validBefore?: number
}

/** Several times what a line with a key of any type takes. */
const MAX_LINE_LENGTH = 8192
const KEY_TYPES = /^(ssh|ecdsa|sk)-[\w@.-]+[ \t]/
/** Blanks end it unless they stand in quotes; `\"` is a quote that ends nothing. */
const OPTIONS = /^(?:\\"|"(?:\\"|[^"])*"|[^" \t])+/
const PRINCIPALS = /^(?:"([^"]+)"|([^" \t]+))[ \t]*/

/** @returns undefined for blank lines and comments @throws Malformed */
export function parseLine(text: string, line: number): AllowedSigner | undefined {
  const trimmed = text.replace(/^[ \t]+|[ \t\r]+$/g, '')
  if (trimmed === '' || trimmed.startsWith('#')) return undefined
  if (trimmed.length > MAX_LINE_LENGTH) throw new Malformed('it is far too long')
  if (trimmed.includes('\0')) throw new Malformed('it holds a NUL')
  const found = PRINCIPALS.exec(trimmed)
  if (found === null) throw new Malformed('it does not begin with whom the key is of')
  const principals = found[1] ?? found[2] ?? ''
  const rest = trimmed.slice(found[0].length)
  if (rest === '') throw new Malformed('it names no key')
  const options = KEY_TYPES.test(rest) ? '' : (OPTIONS.exec(rest)?.[0] ?? '')
  // Besides blanks, only a quote that is not closed stops it.
  if (rest.slice(options.length).startsWith('"')) throw new Malformed('a quote is not closed')
  const { namespaces, validAfter, validBefore } = parseOptions(options)
  const key = rest.slice(options.length).trim()
  if (key === '') throw new Malformed('it names no key')
  return { line, principals, key: parsePublicKey(key), namespaces, validAfter, validBefore }
}

const OPTION = /^([a-z-]+)(?:="((?:\\"|[^"])*)")?(?:,(?!$)|$)/i

function parseOptions(text: string): Options {
  const options: Options = {}
  for (let rest = text; rest !== ''; ) {
    // OpenSSH passes over options that are empty, unless nothing follows.
    rest = rest.replace(/^,+(?!$)/, '')
    const found = OPTION.exec(rest)
    if (found === null) throw new Malformed(`${JSON.stringify(rest.slice(0, 40))} is not an option`)
    const [whole, name = '', value] = found
    const field = fieldOf(name.toLowerCase(), value)
    if (options[field] !== undefined) throw new Malformed(`${name} is there twice`)
    const unquoted = (value ?? '').replaceAll('\\"', '"')
    if (field === 'namespaces') options.namespaces = unquoted
    else options[field] = absoluteTime(unquoted)
    rest = rest.slice(whole.length)
  }
  const { validAfter = 0, validBefore = Number.POSITIVE_INFINITY } = options
  if (validBefore <= validAfter) throw new Malformed('valid-before is not later than valid-after')
  return options
}

function fieldOf(name: string, value: string | undefined): keyof Options {
  if (name === 'cert-authority') {
    throw new Malformed('certificate authorities are not supported: name the key of each signer')
  }
  const field = FIELDS[name]
  if (field === undefined) throw new Malformed(`${JSON.stringify(name)} is not an option that is known`)
  if (value === undefined) throw new Malformed(`${name} needs a value in double quotes`)
  return field
}

const FIELDS: Readonly<Record<string, keyof Options>> = {
  namespaces: 'namespaces',
  'valid-after': 'validAfter',
  'valid-before': 'validBefore',
}

/** Principals that mean themselves in the file: no patterns, lists or quotes. */
const PLAIN = /^[\w.+-][\w.+@:/=-]{0,254}$/

export const isPlainPrincipal = (text: string) => PLAIN.test(text)

/** The line that lets a key sign commits, and nothing else. @param principal a plain one */
export const signerLine = (principal: string, key: PublicKey) => `${principal} namespaces="git" ${formatPublicKey(key)}`
