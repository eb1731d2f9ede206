import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import type { BuildResult, BuildSource } from '../../../src/compute/builder.ts'
import { GithubApi } from '../../../src/compute/builds/github-api.ts'
import { GithubBuilder } from '../../../src/compute/builds/github-builder.ts'
import { VirtualClock } from '../../../src/engine/virtual-clock.ts'
import {
  type GithubActions,
  type GithubJob,
  type GithubRun,
  startGithubActions,
  WORKFLOW,
} from '../../support/github-actions.ts'
import fc from '../../support/properties.ts'

const never = new AbortController().signal
const START = new Date('2026-03-01T12:00:00Z')
const ROUND = 6
const SHA = 'a'.repeat(40)
const MESSAGE = `Seed, prompts and submissions for round ${ROUND}\n\nStage: open\nRun: 7`
const digest = `sha256:${'d'.repeat(64)}`
const hotkeys = Array.from({ length: 230 }, (_, i) => `5Miner${i}x`)
const [me = '', other = ''] = hotkeys
const NAME = 'Build and push the image'

const sourceOf = (hotkey: string): BuildSource => ({
  repo: 'o/r',
  commit: 'c'.repeat(40),
  tag: `ccccccc-mesh-${ROUND}`,
  hotkey,
  round: ROUND,
})
const jobFor = (hotkey: string, job: Omit<GithubJob, 'name'> = {}): GithubJob => ({
  name: `${NAME} (${hotkey})`,
  ...job,
})
const setUp: GithubJob = { name: 'setup' }

let github: GithubActions
let clock: VirtualClock
let pushed: (source: BuildSource) => BuildResult
const opened: GithubActions[] = []
beforeEach(async () => {
  github = await startGithubActions()
  opened.push(github)
  clock = new VirtualClock(START, { autoAdvance: true })
  pushed = ({ hotkey }) => ({ status: 'success', image: `r.test/${hotkey.toLowerCase()}:t`, digest })
})
afterAll(async () => {
  for (const each of opened) await each[Symbol.asyncDispose]()
})

function publish(run: Partial<GithubRun> = {}): void {
  github.commits.unshift({ sha: SHA, path: `rounds/${ROUND}/submissions.json`, date: '2026-03-01T10:00:00Z' })
  add(run)
}
function add(run: Partial<GithubRun> = {}): void {
  const id = github.runs.length + 1
  github.runs.unshift({
    id,
    sha: SHA,
    message: MESSAGE,
    created: '2026-03-01T10:00:05Z',
    jobs: [setUp, jobFor(me)],
    ...run,
  })
}

function open(token?: string): GithubBuilder {
  const api = new GithubApi({ clock, baseUrl: github.url, token })
  const place = { owner: 'Owner', repo: 'competition', branch: 'main', workflow: WORKFLOW }
  return new GithubBuilder({ api, clock, place, images: { build: async (source) => pushed(source) } })
}
const build = (hotkey = me, builder = open()) => builder.build(sourceOf(hotkey), never)

describe('a build in GitHub Actions', () => {
  it('that succeeded is what it pushed, pinned, with its log', async () => {
    publish()
    expect(await build()).toEqual({
      status: 'success',
      image: 'r.test/5miner0x:t',
      digest,
      logUrl: 'https://github.test/Owner/competition/actions/runs/1/job/1001',
    })
    expect(github.authorizations.every((each) => each === undefined)).toBe(true)
  })

  it('is asked for with a token where there is one', async () => {
    publish()
    await build(me, open('t0ken'))
    expect(new Set(github.authorizations)).toEqual(new Set(['token t0ken']))
  })

  it('is found on later pages of runs and of jobs, at the price of one list for all entries', async () => {
    publish({ jobs: [setUp, ...hotkeys.map((hotkey) => jobFor(hotkey))] })
    for (let i = 0; i < 150; i++) add({ sha: 'b'.repeat(40), message: 'Other work', jobs: [] })
    const one = open()
    for (const hotkey of hotkeys) expect(await build(hotkey, one)).toMatchObject({ status: 'success' })
    expect(github.seen).toHaveLength(1 + 2 + 3)
  })

  it('costs nothing of the rate limit as long as nothing changes', async () => {
    publish({
      status: 'in_progress',
      conclusion: null,
      jobs: [jobFor(me, { status: 'in_progress', conclusion: null })],
    })
    const one = open()
    expect(await build(me, one)).toMatchObject({ status: 'in_progress' })
    const { remaining } = github
    clock.advance(600_000)
    expect(await build(me, one)).toMatchObject({ status: 'in_progress' })
    expect(github.remaining).toBe(remaining)
    expect(github.seen.slice(3).map((line) => line.slice(0, 3))).toEqual(['304', '304', '304'])
    clock.advance(600_000)
    github.runs[0] = { ...(github.runs[0] as GithubRun), jobs: [jobFor(me)] }
    expect(await build(me, one)).toMatchObject({ status: 'success' })
  })

  it('by the workflow of the original is found by the name of its job', async () => {
    publish({ sha: 'e'.repeat(40), jobs: [{ name: `Bake and push images to Google Cloud (${me})` }] })
    expect(await build()).toMatchObject({ status: 'success' })
  })

  it.each<[string, Partial<GithubRun>]>([
    ['whose commit is not that of the entries, but names them', { sha: 'b'.repeat(40) }],
    ['whose commit is that of the entries, whatever it says', { message: 'Squashed' }],
    [
      'that was started by hand',
      { sha: 'b'.repeat(40), message: 'x', event: 'workflow_dispatch', title: `submissions for round ${ROUND}` },
    ],
  ])('is that of a run %s', async (_, run) => {
    publish(run)
    expect(await build()).toMatchObject({ status: 'success' })
  })

  it.each<[string, Partial<GithubRun>]>([
    ['a pull request', { event: 'pull_request' }],
    ['a fork', { from: 'evil/competition' }],
    ['another branch', { branch: 'evil' }],
    ['another round', { sha: 'b'.repeat(40), message: `submissions for round ${ROUND}1` }],
    ['before the entries', { created: '2026-02-20T10:00:00Z', sha: 'b'.repeat(40), message: 'x' }],
  ])('is never one of %s', async (_, run) => {
    publish(run)
    expect(await build()).toMatchObject({ status: 'pending', detail: expect.stringContaining('no run of') })
  })

  it('is that of the newest run that had it, and none while a newer one may have it', async () => {
    publish({ jobs: [jobFor(me, { conclusion: 'failure' }), jobFor(other)] })
    add({ jobs: [jobFor(me)] })
    const [first, second] = [await build(me), await build(other)]
    expect([first.status, second.status]).toEqual(['success', 'success'])
    add({ status: 'queued', conclusion: null, jobs: [] })
    expect((await build(me)).status).toBe('pending')
  })
})

describe('what a job says', () => {
  const step = (name: string, conclusion: string) => ({ name, conclusion })
  it.each<[Omit<GithubJob, 'name'>, Partial<BuildResult>]>([
    [{ status: 'queued', conclusion: null }, { status: 'pending' }],
    [{ status: 'waiting', conclusion: null }, { status: 'pending' }],
    [{ status: 'in_progress', conclusion: null }, { status: 'in_progress' }],
    [{ conclusion: 'failure' }, { status: 'failure' }],
    [{ conclusion: 'timed_out' }, { status: 'failure' }],
    [{ conclusion: 'cancelled' }, { status: 'failure', provisional: true }],
    [{ conclusion: 'skipped' }, { status: 'failure', provisional: true }],
    [{ conclusion: 'action_required' }, { status: 'failure', provisional: true }],
    [
      { conclusion: 'failure', steps: [step('Fetch the code', 'success'), step('Build the image', 'failure')] },
      { status: 'failure', detail: 'its job failed at “Build the image”' },
    ],
    [
      { conclusion: 'failure', steps: [step('Build the image', 'success'), step('Push the image', 'failure')] },
      { status: 'failure', provisional: true, detail: 'its job failed at “Push the image”' },
    ],
    [
      { conclusion: 'failure', steps: [step('Build the image', 'skipped')] },
      { status: 'failure', provisional: true },
    ],
    [{ conclusion: 'failure', steps: [step('Some step of another’s', 'failure')] }, { status: 'failure' }],
  ])('%j is %j', async (job, result) => {
    publish({ jobs: [jobFor(me, job)] })
    const found = await build()
    expect(found).toMatchObject({ ...result, image: null })
    expect(found.provisional ?? false).toBe(result.provisional ?? false)
  })

  it('is never another’s, whatever the names', async () => {
    publish()
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.string(), fc.constantFrom(me, other, `${me})`, ` ${me}`))),
        async (names) => {
          github.runs[0] = {
            ...(github.runs[0] as GithubRun),
            jobs: names.map((name) => ({ name: `${NAME} (${name})` })),
          }
          expect((await build(me)).status === 'success').toBe(names.includes(me))
        },
      ),
      { numRuns: 20 },
    )
  })
})

describe('a build that is not there', () => {
  it.each<[string, () => unknown]>([
    ['entries that nobody has pushed', () => undefined],
    ['no run', () => publish() ?? github.runs.splice(0)],
    ['a run whose matrix is not there', () => publish({ status: 'in_progress', conclusion: null, jobs: [setUp] })],
    ['jobs of others', () => publish({ status: 'in_progress', conclusion: null, jobs: [jobFor(other)] })],
    [
      'a run that failed as a whole',
      () =>
        publish({
          conclusion: 'failure',
          jobs: [setUp, { name: `${NAME} (\${{ matrix.hotkey }})`, conclusion: 'skipped' }],
        }),
    ],
  ])('is pending: %s', async (_, prepare) => {
    prepare()
    expect(await build()).toMatchObject({ status: 'pending', image: null })
  })

  it('is not found where a whole run has jobs for others only', async () => {
    publish({ jobs: [setUp, jobFor(other)] })
    expect(await build()).toMatchObject({ status: 'not_found', detail: 'the run has no job for it' })
  })

  it('is looked for where it should be: a success without an image is a failure of ours', async () => {
    publish()
    pushed = () => ({ status: 'not_found', image: null, detail: 'r.test/x:y: HTTP 404' })
    await expect(build()).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringContaining('image_format') })
  })

  it('fails where what was pushed is not for us', async () => {
    publish()
    pushed = () => ({ status: 'failure', image: null, detail: 'it has 400.0 GB' })
    expect(await build()).toMatchObject({ status: 'failure', detail: 'it has 400.0 GB', logUrl: expect.any(String) })
  })
})

describe('GitHub’s own failures', () => {
  const seconds = (date: Date) => Math.floor(date.getTime() / 1_000)
  const fail = (status: number, headers: Record<string, string> = {}) => ({ status, headers })

  it.each<[string, () => unknown, string]>([
    ['it fails', () => github.next.push(fail(502), fail(500), fail(503)), 'unavailable'],
    ['the list of jobs fails', () => github.broken.push({ path: /jobs$/, status: 500 }), 'unavailable'],
    ['the list of runs fails', () => github.broken.push({ path: /runs$/, status: 500 }), 'unavailable'],
    ['jobs are missing from their list', () => Object.assign(github, { total: 7 }), 'unavailable'],
    ['it says something else', () => github.next.push({ status: 200, body: '{"message": "hello"}' }), 'unavailable'],
    ['there is no such workflow', () => github.broken.push({ path: /runs$/, status: 404 }), 'not-found'],
    ['the token is wrong', () => github.next.push(fail(401)), 'unauthorised'],
    ['the token may not', () => github.next.push(fail(403, { 'x-ratelimit-remaining': '7' })), 'unauthorised'],
    [
      'the limit is reached for long',
      () => Object.assign(github, { remaining: 0, reset: seconds(START) + 1_800 }),
      'unavailable',
    ],
  ])('are no answer: %s', async (_, spoil, code) => {
    publish()
    spoil()
    await expect(build()).rejects.toMatchObject({ code, retryable: true })
  })

  it('pass, when they are over soon', async () => {
    publish()
    github.next.push(fail(500), { status: 429, headers: { 'retry-after': '20' } })
    expect(await build()).toMatchObject({ status: 'success' })
    expect(clock.now().getTime() - START.getTime()).toBe(22_000)
  })

  it('are not asked again before GitHub wants to be', async () => {
    publish()
    github.remaining = 0
    github.reset = seconds(START) + 1_800
    const one = open()
    await expect(build(me, one)).rejects.toMatchObject({ message: expect.stringContaining('2026-03-01T12:30:01') })
    expect(github.seen).toHaveLength(1)
    clock.advance(60_000)
    await expect(build(me, one)).rejects.toMatchObject({ code: 'unavailable' })
    expect(github.seen).toHaveLength(1)
    github.remaining = 100
    clock.advance(1_741_000)
    expect(await build(me, one)).toMatchObject({ status: 'success' })
  })

  it('never say what the token is', async () => {
    github.next.push(fail(401))
    const error: unknown = await build(me, open('t0ken-t0ken')).catch((caught: unknown) => caught)
    expect(JSON.stringify([error, String(error), (error as Error).stack, (error as Error).cause])).not.toContain(
      't0ken',
    )
  })

  it('stop when they are told to', async () => {
    await expect(open().build(sourceOf(me), AbortSignal.abort())).rejects.toMatchObject({ code: 'aborted' })
  })
})
