import type { Clock } from '../../engine/clock.ts'
import { RoundkeeperError } from '../../errors.ts'
import type { Builder, BuildResult, BuildSource } from '../builder.ts'
import { printable } from '../printable.ts'
import type { GithubApi } from './github-api.ts'
import { type BuildJob, isBuildJob, isJobOf, JOB_NAMES, outcomeOf } from './github-jobs.ts'
import { type BuildPlace, type BuildRun, jobsOf, runsOf } from './github-runs.ts'

export interface GithubBuilderOptions {
  readonly api: GithubApi
  readonly clock: Clock
  /** The state repository, whose workflow builds the images. */
  readonly place: BuildPlace
  /** Names of the jobs that build, without the hotkey in parentheses. */
  readonly jobNames?: readonly string[]
  /** Finds what a build pushed, and pins it. */
  readonly images: Builder
}

/** How long what was listed for one entry is good enough for the next. */
const FRESH_MS = 20_000
const MAX_DETAIL = 300

interface Listed {
  readonly run: BuildRun
  readonly jobs: readonly BuildJob[]
}

/** Follows the builds that the workflow of the state repository makes in GitHub Actions. */
export class GithubBuilder implements Builder {
  readonly #options: GithubBuilderOptions
  readonly #jobNames: readonly string[]
  #listing: { readonly round: number; readonly until: number; readonly runs: Promise<readonly Listed[]> } | undefined

  constructor(options: GithubBuilderOptions) {
    this.#options = options
    this.#jobNames = options.jobNames ?? JOB_NAMES
  }

  /**
   * A build is pending as long as nothing says that it will not come. It is not found where the jobs of a round are all
   * there and its own is not among them.
   * @throws `unavailable`, `unauthorised`, `not-found` when it cannot be known now: no failure of the miner's
   */
  async build(source: BuildSource, signal: AbortSignal): Promise<BuildResult> {
    const runs = await this.#runsOf(source.round, signal)
    const [newest] = runs
    const { owner, repo, workflow } = this.#options.place
    if (newest === undefined) return waiting(`no run of ${workflow} in ${owner}/${repo} for round ${source.round} yet`)
    for (const { run, jobs } of runs) {
      const job = jobs.find((each) => isJobOf(each, this.#jobNames, source.hotkey))
      if (job !== undefined) return this.#resultOf(job, run, source, signal)
      if (run.status !== 'completed') return waiting('its job has not begun', run.html_url)
    }
    const expanded = runs.find(({ jobs }) => jobs.some((job) => isBuildJob(job, this.#jobNames)))
    // Without any job the workflow itself failed, and with it all entries: that can be no entry's fault, however late it is.
    if (expanded === undefined) {
      return waiting(
        `the run ended as ${newest.run.conclusion} before it built any image: run it again`,
        newest.run.html_url,
      )
    }
    return { status: 'not_found', image: null, logUrl: expanded.run.html_url, detail: 'the run has no job for it' }
  }

  async #resultOf(job: BuildJob, run: BuildRun, source: BuildSource, signal: AbortSignal): Promise<BuildResult> {
    const { status, detail, provisional } = outcomeOf(job)
    const logUrl = job.html_url ?? run.html_url
    if (status !== 'success') {
      return {
        status,
        image: null,
        logUrl,
        ...(detail !== undefined && { detail: printable(detail, MAX_DETAIL) }),
        ...(provisional && { provisional }),
      }
    }
    const pushed = await this.#options.images.build(source, signal)
    if (pushed.status !== 'not_found') return { ...pushed, logUrl }
    throw new RoundkeeperError('unavailable', 'a build succeeded, but its image is not in the registry', {
      where: pushed.detail ?? logUrl,
      hint: 'See that `image_format` under `builds` in roundkeeper.json names what the workflow pushes.',
    })
  }

  /** One list for all entries of a round, and one failure. */
  #runsOf(round: number, signal: AbortSignal): Promise<readonly Listed[]> {
    const now = this.#options.clock.now().getTime()
    if (this.#listing?.round === round && now < this.#listing.until) return this.#listing.runs
    const runs = this.#list(round, signal)
    this.#listing = { round, until: Number.POSITIVE_INFINITY, runs }
    const settle = (keep: boolean) => {
      if (this.#listing?.runs !== runs) return
      this.#listing = keep ? { round, until: this.#options.clock.now().getTime() + FRESH_MS, runs } : undefined
    }
    runs.then(
      () => settle(true),
      () => settle(!signal.aborted),
    )
    return runs
  }

  async #list(round: number, signal: AbortSignal): Promise<readonly Listed[]> {
    const { api, place } = this.#options
    const runs = await runsOf(api, place, round, signal)
    const listed: Listed[] = []
    for (const run of runs) listed.push({ run, jobs: await jobsOf(api, place, run, signal) })
    return listed
  }
}

const waiting = (detail: string, logUrl?: string): BuildResult => ({
  status: 'pending',
  image: null,
  detail: printable(detail, MAX_DETAIL),
  ...(logUrl !== undefined && { logUrl }),
})
