/** Which runs of the build workflow are those of a round, and what jobs they had. */
import { z } from 'zod'
import { RoundkeeperError } from '../../errors.ts'
import type { GithubApi } from './github-api.ts'
import { type BuildJob, jobSchema } from './github-jobs.ts'

export interface BuildPlace {
  readonly owner: string
  readonly repo: string
  readonly branch: string
  /** File name of the workflow under `.github/workflows`. */
  readonly workflow: string
}

const runSchema = z.object({
  id: z.int(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  html_url: z.string(),
  created_at: z.string(),
  event: z.string(),
  head_sha: z.string(),
  head_branch: z.string().nullable(),
  display_title: z.string().optional(),
  head_commit: z.object({ message: z.string() }).nullish(),
  head_repository: z.object({ full_name: z.string() }).nullish(),
})
export type BuildRun = z.infer<typeof runSchema>

const runsSchema = z.object({ workflow_runs: z.array(runSchema) })
const jobsSchema = z.object({ total_count: z.int(), jobs: z.array(jobSchema) })
const commitsSchema = z.array(
  z.object({ sha: z.string(), commit: z.object({ committer: z.object({ date: z.string() }).nullable() }) }),
)

const MAX_PAGES = 50
/** How far the clock of whoever committed may be ahead of GitHub's. */
const CLOCK_SKEW_MS = 24 * 3_600_000

/** `BUILD_COMMIT_MESSAGE` of the original. */
export const phraseOf = (round: number): string => `submissions for round ${round}`

/**
 * Newest first, all pages of them: what was built when the entries were pushed, by the commit that published them or by
 * a line of its message, and what somebody started by hand for the round.
 */
export async function runsOf(
  api: GithubApi,
  place: BuildPlace,
  round: number,
  signal: AbortSignal,
): Promise<BuildRun[]> {
  const { owner, repo, workflow } = place
  const published = await publishingCommits(api, place, round, signal)
  if (published.shas.size === 0) return []
  const route = 'GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs'
  const found: BuildRun[] = []
  for await (const data of api.pages(route, { owner, repo, workflow_id: workflow }, MAX_PAGES, signal)) {
    const { workflow_runs: runs } = understood(runsSchema, data, 'workflow runs')
    found.push(...runs.filter((run) => isTrusted(run, place) && isOfRound(run, published.shas, round)))
    // They come newest first: those of before the entries were published cannot be of them.
    if (runs.some((run) => Date.parse(run.created_at) < published.since - CLOCK_SKEW_MS)) break
  }
  return found
}

/** Every job of a run's last attempt. @throws `unavailable` when the list is not whole: a job that is not in it may be there */
export async function jobsOf(api: GithubApi, { owner, repo }: BuildPlace, run: BuildRun, signal: AbortSignal) {
  const route = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs'
  const jobs = new Map<number, BuildJob>()
  let expected = 0
  for await (const data of api.pages(route, { owner, repo, run_id: run.id, filter: 'latest' }, MAX_PAGES, signal)) {
    const page = understood(jobsSchema, data, 'jobs')
    expected = page.total_count
    for (const job of page.jobs) jobs.set(job.id, job)
  }
  if (jobs.size < expected) throw notUnderstood('jobs', `${jobs.size} of ${expected} came`)
  return [...jobs.values()]
}

/** The commits that put the entries of a round where they are, and when the first of them was made. */
async function publishingCommits(
  api: GithubApi,
  { owner, repo, branch }: BuildPlace,
  round: number,
  signal: AbortSignal,
) {
  const path = `rounds/${round}/submissions.json`
  const shas = new Set<string>()
  let since = Number.POSITIVE_INFINITY
  const route = 'GET /repos/{owner}/{repo}/commits'
  for await (const data of api.pages(route, { owner, repo, sha: branch, path }, MAX_PAGES, signal)) {
    for (const { sha, commit } of understood(commitsSchema, data, 'commits')) {
      shas.add(sha)
      const at = Date.parse(commit.committer?.date ?? '')
      since = Math.min(since, Number.isNaN(at) ? 0 : at)
    }
  }
  return { shas, since }
}

/** Anybody can have a workflow of their own run in our name, by a pull request: only pushes to our branch, and what was started by hand on it. */
function isTrusted({ event, head_branch, head_repository }: BuildRun, { owner, repo, branch }: BuildPlace): boolean {
  const home = `${owner}/${repo}`.toLowerCase()
  const isHome = head_repository?.full_name.toLowerCase() === home
  return isHome && head_branch === branch && (event === 'push' || event === 'workflow_dispatch')
}

function isOfRound(run: BuildRun, shas: ReadonlySet<string>, round: number): boolean {
  const phrase = phraseOf(round)
  if (run.event === 'workflow_dispatch') return run.display_title?.endsWith(phrase) ?? false
  // Ours write trailers below it, so that it ends a line of the message and not the whole.
  const lines = run.head_commit?.message.split(/\r?\n/) ?? []
  return shas.has(run.head_sha) || lines.some((line) => line.trimEnd().endsWith(phrase))
}

function understood<T>(schema: z.ZodType<T>, data: unknown, what: string): T {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  throw notUnderstood(what, z.prettifyError(parsed.error).split('\n')[0] ?? '')
}

const notUnderstood = (what: string, detail: string) =>
  new RoundkeeperError('unavailable', `GitHub’s list of ${what} cannot be used: ${detail}`, {
    where: 'GitHub Actions',
    hint: 'Nothing is decided by it; it is asked for again by the next run.',
  })
