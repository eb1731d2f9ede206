import { splitSigned } from './signed-commit.ts'
import { checkSignature } from './sshsig.ts'

/** How a commit is signed; whether its signer may, others have to judge. */
export type CommitSignature =
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly count: number }
  /** `why` goes on from a colon. */
  | { readonly kind: 'invalid'; readonly why: string }
  /** Valid; `blob` is the public key as in files. */
  | { readonly kind: 'valid'; readonly blob: string }

/** @param raw the commit object as git stores it */
export function signatureIn(raw: Uint8Array): CommitSignature {
  const { payload, signature, signatures } = splitSigned(raw)
  if (signature === undefined) return { kind: 'none' }
  if (signatures > 1) return { kind: 'several', count: signatures }
  const checked = checkSignature(payload, signature)
  return checked.valid ? { kind: 'valid', blob: checked.key.blob } : { kind: 'invalid', why: checked.why }
}
