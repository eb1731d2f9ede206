/** Who signed a commit, by a list of those who may. */
import type { AllowedSigners, Principals } from '../../signing/allowed-signers.ts'
import { fingerprintOf } from '../../signing/public-key.ts'
import { splitSigned } from '../../signing/signed-commit.ts'
import { checkSignature } from '../../signing/sshsig.ts'
import type { Step } from '../step.ts'

export type Signed =
  | { readonly kind: 'trusted'; readonly signer: Principals }
  /** `why` is a sentence. */
  | { readonly kind: 'missing' | 'invalid' | 'untrusted' | 'expired'; readonly why: string }

/** @param list how the list is called, for people */
export function signerOf({ raw, committer }: Step['commit'], signers: AllowedSigners, list: string): Signed {
  const { payload, signature, signatures } = splitSigned(raw)
  if (signature === undefined)
    return { kind: 'missing', why: `This commit is not signed, and ${list} demands that every one is.` }
  if (signatures > 1) return { kind: 'invalid', why: `This commit has ${signatures} signatures instead of one.` }
  const checked = checkSignature(payload, signature)
  if (!checked.valid) return { kind: 'invalid', why: `The signature of this commit is not valid: ${checked.why}.` }
  const standing = signers.standingOf(checked.key, Math.floor(committer.at.getTime() / 1000))
  const key = fingerprintOf(checked.key)
  if (standing.kind === 'trusted') return standing
  if (standing.kind === 'unknown')
    return { kind: 'untrusted', why: `This commit is signed with a key that ${list} does not name: ${key}.` }
  const whose = `This commit is signed with a key of ${standing.signer.name} (${key})`
  if (standing.kind === 'other-purpose')
    return { kind: 'untrusted', why: `${whose}, which ${list} does not allow for commits.` }
  const when = standing.kind === 'not-yet' ? 'was not valid yet' : 'was not valid any more'
  return { kind: 'expired', why: `${whose} that ${when} on ${committer.at.toISOString().slice(0, 10)}, says ${list}.` }
}
