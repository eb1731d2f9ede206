/** Which files count: those that were there at the deadline, or of which we could not know. */
import type { Deadline, Seen } from '../state/deadline.ts'

/** Why a file that is there by now counts for nothing; as the code of a failed download. */
export const NOT_AT_DEADLINE = 'not_at_deadline'

/**
 * What is recorded instead of a download; undefined where the file counts. The same text for everybody who has the record.
 */
export function missedDeadline(deadline: Deadline | undefined, stem: string): string | undefined {
  const seen = seenIn(deadline, stem)
  if (deadline === undefined || seen?.there !== 'no') return undefined
  return `${NOT_AT_DEADLINE}: ${seen.failure ?? 'it was not there'} (asked from block ${deadline.asked_at_block} on)`
}

const seenIn = (deadline: Deadline | undefined, stem: string): Seen | undefined =>
  deadline !== undefined && Object.hasOwn(deadline.files, stem) ? deadline.files[stem] : undefined

/** Where what is recorded of a file contradicts itself; for whoever checks it. */
export function wrongSight({ there, status, failure, asks }: Seen): string | undefined {
  if (asks < 1) return 'nobody asked for it'
  const isAnswer = status === 200 || status === 206
  if (there === 'yes') return failure === undefined && isAnswer ? undefined : 'it was there, but the answer is another'
  if (failure === undefined) return `it is recorded as ${there === 'no' ? 'missing' : 'unknown'} without a reason`
  return isAnswer ? 'the host had it, but it is recorded as missing' : undefined
}
