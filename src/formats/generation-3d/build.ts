import type { Build, Submission } from '../../state/index.ts'
import { required } from './required.ts'

/** What is to be built for an entry: nothing but the code that it revealed. @throws `state-file` for an entry without code */
export function buildOf(entry: Submission): Pick<Build, 'repo' | 'commit' | 'revealed_at_block' | 'tag'> {
  const { repo, commit } = required(entry, 'submissions.json', 'repo', 'commit')
  const { revealed_at_block, round } = entry
  return { repo, commit, revealed_at_block, tag: `${commit.slice(0, 7)}-${round}` }
}
