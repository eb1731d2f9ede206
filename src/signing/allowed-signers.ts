/** Who may sign: an allowed_signers file as stock git and ssh-keygen read it, for ed25519 keys. */
import { type AllowedSigner, parseLine } from './allowed-signers-line.ts'
import { matchesList } from './patterns.ts'
import type { PublicKey } from './public-key.ts'
import { NAMESPACE } from './sshsig.ts'
import { Malformed } from './wire.ts'

export interface LineProblem {
  /** From 1. */
  readonly line: number
  readonly problem: string
}

/** What a list says of a key at a moment. */
export type Standing =
  | { readonly kind: 'trusted'; readonly signer: Principals }
  /** It is on the list, but not at this moment. */
  | { readonly kind: 'not-yet' | 'expired' | 'other-purpose'; readonly signer: Principals }
  | { readonly kind: 'unknown' }

/** Whom a key signs for. */
export interface Principals {
  /** As the list has it, for people. */
  readonly name: string
  is(principal: string): boolean
}

export class AllowedSigners {
  readonly signers: readonly AllowedSigner[]
  readonly #byKey: ReadonlyMap<string, readonly AllowedSigner[]>
  /** Lines that say nothing, as OpenSSH passes over them, too. */
  readonly problems: readonly LineProblem[]

  constructor(text: string) {
    const signers: AllowedSigner[] = []
    const problems: LineProblem[] = []
    for (const [index, line] of text.split('\n').entries()) {
      try {
        const signer = parseLine(line, index + 1)
        if (signer !== undefined) signers.push(signer)
      } catch (error) {
        if (!(error instanceof Malformed)) throw error
        problems.push({ line: index + 1, problem: error.message })
      }
    }
    this.signers = signers
    this.#byKey = Map.groupBy(signers, ({ key }) => key.blob)
    this.problems = problems
  }

  /**
   * As git finds out: whose key is it, by the first line that has it then, and may that one sign for git?
   * @param at seconds since 1970
   */
  standingOf(key: Pick<PublicKey, 'blob'>, at: number): Standing {
    const known = this.#byKey.get(key.blob)
    if (known === undefined) return { kind: 'unknown' }
    const current = known.filter((signer) => !isEarly(signer, at) && !isLate(signer, at))
    const [first] = current
    if (first === undefined) {
      return { kind: known.every((signer) => isEarly(signer, at)) ? 'not-yet' : 'expired', signer: principalsOf(known) }
    }
    const permitted = current.filter(({ namespaces }) => namespaces === undefined || matchesList(NAMESPACE, namespaces))
    const signer = principalsOf(permitted)
    if (first.principals.split(',').some(signer.is)) return { kind: 'trusted', signer }
    return { kind: 'other-purpose', signer: principalsOf(current) }
  }
}

const isEarly = ({ validAfter }: AllowedSigner, at: number) => validAfter !== undefined && at < validAfter
const isLate = ({ validBefore }: AllowedSigner, at: number) => validBefore !== undefined && at > validBefore

function principalsOf(signers: readonly AllowedSigner[]): Principals {
  const lists = [...new Set(signers.map(({ principals }) => principals))]
  return { name: lists.join(' or '), is: (principal) => lists.some((list) => matchesList(principal, list)) }
}
