/** Who signed a commit, by a list of those who may. */
import type { AllowedSigners, Principals } from '../../signing/allowed-signers.ts'
import { fingerprintOf } from '../../signing/public-key.ts'
import type { Step } from '../step.ts'
import { moment } from './words.ts'

export type Signed =
  | { readonly kind: 'trusted'; readonly signer: Principals }
  /** `why` is a sentence. */
  | { readonly kind: 'missing' | 'invalid' | 'untrusted' | 'expired'; readonly why: string }

type Signable = Pick<Step, 'commit' | 'inspected'>

/** @param list how the list is called, for people */
export function signerOf({ commit, inspected }: Signable, signers: AllowedSigners, list: string): Signed {
  const { signature } = inspected
  const { at } = commit.committer
  if (signature.kind === 'none')
    return { kind: 'missing', why: `This commit is not signed, and ${list} demands that every one is.` }
  if (signature.kind === 'several')
    return { kind: 'invalid', why: `This commit has ${signature.count} signatures instead of one.` }
  if (signature.kind === 'invalid')
    return { kind: 'invalid', why: `The signature of this commit is not valid: ${signature.why}.` }
  const standing = signers.standingOf(signature, Math.floor(at.getTime() / 1000))
  const key = fingerprintOf(signature)
  if (standing.kind === 'trusted') return standing
  if (standing.kind === 'unknown')
    return { kind: 'untrusted', why: `This commit is signed with a key that ${list} does not name: ${key}.` }
  const whose = `This commit is signed with a key of ${standing.signer.name} (${key})`
  if (standing.kind === 'other-purpose')
    return { kind: 'untrusted', why: `${whose}, which ${list} does not allow for commits.` }
  const when = standing.kind === 'not-yet' ? 'was not valid yet' : 'was not valid any more'
  return { kind: 'expired', why: `${whose} that ${when} at ${moment(at)}, says ${list}.` }
}
