import type { Code, Codes } from './code.ts'

const broken = (title: string, help: string): Code => ({ title, help, strict: 'error', legacy: 'error' })

/** Who made a commit, and whether that one may. */
export const signatures: Codes = {
  'signature/none': {
    title: 'Commits that nobody has to sign',
    help: 'Without policy/allowed_signers anybody who can push can make a commit in the name of anybody. Nothing is wrong with it; it has to be believed who made the commits.',
    strict: 'note',
    legacy: 'note',
  },
  'signature/missing': broken(
    'A commit without a signature',
    'Since policy/allowed_signers is there, every commit has to be signed. Somebody pushed past the engine and past the operator’s key, or the engine ran without its key.',
  ),
  'signature/invalid': broken(
    'A signature that is not valid',
    'It does not belong to this commit, is damaged, or is of a kind that is not supported: only SSH signatures for git with ed25519 keys are. The commit may have been changed after it was signed.',
  ),
  'signature/untrusted': broken(
    'A signature of somebody who may not sign',
    'The key is not among those that policy/allowed_signers named before this commit, or is not allowed for commits there.',
  ),
  'signature/expired': broken(
    'A key that was not valid then',
    'The list gives the key a time (valid-after, valid-before), and the commit is dated outside of it.',
  ),
  'signature/path': broken(
    'A file that the signer may not write',
    'policy/paths.json, as it was before this commit, gives this path to somebody else. A person’s act that is recorded under interventions/ may write what it says.',
  ),
  'signature/policy': broken(
    'A policy that cannot be read',
    'A line of policy/allowed_signers that says nothing counts for nobody. Where policy/paths.json cannot be read, the one before it stays in force.',
  ),
  'signature/policy-removed': broken(
    'A policy that was removed',
    'Whoever removes it may want to act without being told apart. What it said last stays in force for all commits after.',
  ),
  'signature/policy-refused': broken(
    'A policy that somebody changed who may not',
    'The commit was not signed by anybody who may write the policy, so that what it said before stays in force.',
  ),
  'signature/policy-changed': {
    title: 'A policy that was changed',
    help: 'Somebody who was allowed to changed who may sign or who may write what: look at who was added.',
    strict: 'note',
    legacy: 'note',
  },
  'signature/identity': {
    title: 'A name that is not the signer’s',
    help: 'The commit names somebody else than the owner of the key as its committer. The key counts; set the committer’s address to the principal of the key.',
    strict: 'warning',
    legacy: 'warning',
  },
}
