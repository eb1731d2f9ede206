/**
 * After a tick: tells everybody who listens what happened and what lasts. It decides nothing and holds up nothing: each
 * listener has a few seconds, apart from all others, and what fails is said in the result and told by the next run.
 */
import type { Clock } from '../engine/clock.ts'
import { Snapshot } from '../engine/snapshot.ts'
import { isError } from '../errors.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { files } from '../state/files.ts'
import type { Memory } from './memory.ts'
import { NewsReader } from './news.ts'
import type { Board, Link, NoticeEvent, Notifier, Trouble } from './notifier.ts'
import type { Places } from './places.ts'
import { kindOf, type Outcome, type Standing, troublesOf } from './troubles.ts'

export interface Listener {
  readonly events: ReadonlySet<NoticeEvent>
  /** Of what commits did; absent for media that only show what lasts. */
  readonly notifier?: Notifier | undefined
  readonly board: Board
}

export interface Audience {
  readonly repo: StateRepo
  readonly clock: Clock
  readonly memory: Memory
  readonly places: Places
  readonly listeners: readonly Listener[]
  /** Page of the run, where it has one. */
  readonly links?: readonly Link[]
}

export interface Told {
  /** Messages that were taken. */
  readonly notices: number
  readonly problems: readonly { readonly listener: string; readonly error: unknown }[]
}

const PATIENCE_MS = 20_000

/** Never throws. */
export async function tellAll(outcome: Outcome, audience: Audience, patienceMs = PATIENCE_MS): Promise<Told> {
  const { listeners } = audience
  if (listeners.length === 0) return { notices: 0, problems: [] }
  const signal = AbortSignal.timeout(patienceMs)
  const late = new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(tooSlow), { once: true }),
  )
  late.catch(() => undefined)
  const problems: { listener: string; error: unknown }[] = []
  let notices = 0
  // Ports that do not know the signal may go on for a while: nobody waits for them.
  const within = <T>(work: Promise<T>): Promise<T> => Promise.race([work, late])
  try {
    const known = await within(lookAround(outcome, audience))
    await Promise.all(
      listeners.map(async (listener) => {
        const count = () => notices++
        const problem = (error: unknown) => problems.push({ listener: listener.board.id, error })
        await within(tellOne(listener, known, audience, signal, count, problem)).catch(problem)
      }),
    )
  } catch (error) {
    problems.push({ listener: 'all', error })
  }
  return { notices, problems }
}

const tooSlow = new Error('it took too long; the next run tells it')

interface Known {
  readonly own: ReadonlySet<string>
  /** Undefined where the repository could not be read: then only the failure can be told. */
  readonly news: NewsReader | undefined
  readonly troubles: readonly Trouble[]
}

async function lookAround(outcome: Outcome, audience: Audience): Promise<Known> {
  const { repo, clock, places, links } = audience
  const head = await repo.head().catch(() => undefined)
  const standing = head === undefined ? undefined : await standingAt(repo, head).catch(() => undefined)
  const found = troublesOf(outcome, standing, clock.now(), links)
  const isRepeated = await failedBefore(outcome, head, audience)
  return {
    own: new Set(outcome.report?.commits),
    news: head === undefined ? undefined : new NewsReader(repo, head, places, clock.now()),
    troubles: found.filter(({ event, notice }) => event !== 'failing' || notice === undefined || isRepeated),
  }
}

/** Whether the same failed before on the same head, today: what fails once is tried again before anybody hears of it. */
async function failedBefore(
  { report, error }: Outcome,
  head = 'unknown',
  { memory, clock }: Audience,
): Promise<boolean> {
  const errors = report === undefined ? [error] : report.errors
  if (errors.length === 0) return false
  const kinds = [...new Set(errors.map(kindOf))].sort().join(', ')
  const fact = `failed ${clock.now().toISOString().slice(0, 10)} ${head} ${kinds}`
  try {
    if (await memory.has(fact)) return true
    await memory.add(fact)
    return false
  } catch {
    // A store that is down may be what fails: media that remember for themselves are to say so.
    return true
  }
}

async function standingAt(repo: StateRepo, head: string): Promise<Standing> {
  const snapshot = new Snapshot(repo, head)
  const state = await snapshot.read(files.state)
  const round = state.current_round
  return {
    state,
    config: await snapshot.read(files.config),
    leaders: [],
    submissions: (await snapshot.find(files.submissions, round)) ?? {},
    requests: (await snapshot.find(files.requireAudit, round)) ?? [],
    generation: (await snapshot.find(files.generationAudits, round)) ?? {},
    source: (await snapshot.find(files.sourceAudit, round)) ?? [],
  }
}

async function tellOne(
  { events, notifier, board }: Listener,
  { own, news, troubles }: Known,
  { memory }: Audience,
  signal: AbortSignal,
  count: () => void,
  problem: (error: unknown) => void,
): Promise<void> {
  for (const trouble of troubles.filter(({ event }) => events.has(event))) {
    await board.show(trouble, signal).catch(problem)
  }
  if (news === undefined || notifier === undefined) return
  await news.tell(memory, board.id, own, async (notices) => {
    for (const notice of notices.filter(({ event }) => events.has(event))) {
      try {
        await notifier.tell(notice, signal)
        count()
      } catch (error) {
        // What is not taken now is not taken later either.
        if (!isError(error, 'refused')) throw error
        problem(error)
      }
    }
  })
}
