/** A person passes or fails a challenger's source code: one commit of their own, which the engine waits for. */
import { isError } from '../errors.ts'
import { type Review, reviewed } from '../rules/source-review.ts'
import type { SourceAudit } from '../state/audits.ts'
import { files } from '../state/files.ts'
import type { Committer } from './batch.ts'
import { change } from './change.ts'
import { guard } from './guard.ts'
import { checkPermitted } from './permitted.ts'
import { Snapshot } from './snapshot.ts'

/** Lost races against a running engine after which a person is told to try again. */
const MAX_ATTEMPTS = 12

export interface Reviewed {
  readonly path: string
  readonly round: number
  readonly entry: SourceAudit
  /** Undefined after a dry run. */
  readonly commit: string | undefined
}

/** @throws RoundkeeperError `usage` when it cannot be; `unauthorised`; `refused`; `conflict` after many lost races */
export async function reviewSource(
  committer: Pick<Committer, 'repo' | 'by' | 'clock'>,
  wanted: Pick<Review, 'hotkey' | 'verdict' | 'reason'>,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<Reviewed> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await attemptTo(committer, wanted, dryRun)
    } catch (error) {
      if (!isError(error, 'conflict') || attempt === MAX_ATTEMPTS) throw error
    }
  }
}

async function attemptTo(
  { repo, by, clock }: Pick<Committer, 'repo' | 'by' | 'clock'>,
  wanted: Pick<Review, 'hotkey' | 'verdict' | 'reason'>,
  dryRun: boolean,
): Promise<Reviewed> {
  const head = await repo.head()
  await guard(repo, head)
  const snapshot = new Snapshot(repo, head)
  const state = await snapshot.read(files.state)
  const round = state.current_round
  const scene = {
    state,
    config: await snapshot.read(files.config),
    submissions: (await snapshot.find(files.submissions, round)) ?? {},
    requests: (await snapshot.find(files.requireAudit, round)) ?? [],
    reviews: (await snapshot.find(files.sourceAudit, round)) ?? [],
  }
  const at = clock.now()
  const told = { by: `${by.name} <${by.email}>`, at: at.toISOString() }
  const { entry, reviews } = reviewed(scene, { ...wanted, ...told })
  const path = files.sourceAudit.path(round)
  if (dryRun) return { path, round, entry, commit: undefined }
  const what = `${entry.hotkey.slice(0, 10)} ${entry.verdict} (${entry.reason.replace(/\s+/g, ' ')})`
  const { files: written, messages } = change(`Source audit of round ${round}: ${what}`).put(
    files.sourceAudit,
    [round],
    reviews,
  )
  await checkPermitted(repo, head, { ...by, at }, [path])
  // No act of the engine's: it is the person's own file, under their own name and key.
  const message = messages.join('\n')
  const commit = await repo.commit(head, { files: written, message, trailers: {} }, { ...by, at })
  return { path, round, entry, commit }
}
