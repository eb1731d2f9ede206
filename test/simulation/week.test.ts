/**
 * A week of a competition on GitHub, played through the workflows of the template: cron that is late or does not come, two
 * runs at once, a token that is revoked for a day, a branch that is pushed over. Scripts, command line, repository, hosts,
 * drawing, judging and audits are real; `test/support/actions` says what stands in for GitHub, and time is virtual.
 */
import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DEMO_BEGINS } from '../../src/demo/config.ts'
import { Dice } from '../../src/demo/dice.ts'
import { files } from '../../src/state/index.ts'
import { type HostedWorld, hostedWorld, PUSHER, SECRETS } from '../support/actions/hosted-world.ts'
import type { JobRun, WorkflowRun } from '../support/actions/workflow-runner.ts'
import { type Happening, weekOf } from './chance.ts'
import { Turnstile } from './turnstile.ts'

const seed = process.env.PROPERTY_SEED ?? '1'
const MINUTE_MS = 60_000
/** Two hours at twelve seconds each: what the workflow calls late. */
const LATE_MS = 600 * 12_000
const WORKFLOWS = ['advance.yml', 'audit.yml']
const MINERS = ['mirage', 'granite', 'rubble']

describe(`a week of chance (PROPERTY_SEED=${seed})`, () => {
  it('ends crowned, or late with the issue that says why; nothing is lost, and nothing is done twice', async () => {
    const config = { generation_stage_minutes: 1440, prompts_per_round: 2 }
    await using world = await hostedWorld({ config, miners: MINERS })
    const week = new Week(world)
    for (const { at, what } of weekOf(seed, DEMO_BEGINS)) {
      // What was done before may have taken longer than chance knew.
      world.moveTo(new Date(Math.max(at.getTime(), world.now().getTime())))
      await week.happens(what)
    }
    await week.isWhole()
  }, 600_000)
})

class Week {
  readonly #world: HostedWorld
  readonly #dice = new Dice(seed, 'answers')
  readonly #runs: WorkflowRun[] = []
  readonly #titles = new Set<string>()
  /** By evidence of runs that did not go on beside others. */
  readonly #gathered = new Map<string, number>()
  #revokedAt: Date | undefined
  #good: { readonly head: string; readonly how: 'rewound' | 'edited' } | undefined
  /** The head up to which the last daily check went. */
  #verified: string | undefined
  #named = false
  #wasSeen = false
  /** Verdicts that were turned round, and handed in by a job that has none to give. */
  #forged = 0

  constructor(world: HostedWorld) {
    this.#world = world
  }

  async happens(what: Happening): Promise<void> {
    const { github, pusher } = this.#world
    if (what.kind === 'advance') return this.#advance(what.runs)
    if (what.kind === 'deadman') return this.#deadman()
    if (what.kind === 'verify') return this.#verify()
    if (what.kind === 'force-push') return this.#pushOver()
    if (what.kind === 'restore branch') return this.#restoreBranch()
    if (what.kind === 'revoke') {
      github.revoke(pusher)
      this.#revokedAt = this.#world.now()
    } else {
      github.restore(pusher, PUSHER)
      this.#revokedAt = undefined
    }
  }

  async #advance(runs: 'one' | 'two in turn' | 'two at once'): Promise<void> {
    await this.#world.tellMiners()
    if (runs === 'two at once') await this.#twoAtOnce()
    else for (let i = 0; i < (runs === 'one' ? 1 : 2); i++) await this.#once()
    // A run that has moved something starts the next one; half of those get lost, too.
    const { dispatched } = this.#world.github
    while (dispatched.splice(0).length > 0 && this.#dice.between(0, 1) < 0.5) {
      this.#world.moveTo(new Date(this.#world.now().getTime() + 10 * MINUTE_MS))
      await this.#world.tellMiners()
      await this.#once('repository_dispatch')
    }
    dispatched.length = 0
  }

  async #once(name: 'schedule' | 'repository_dispatch' = 'schedule'): Promise<void> {
    for (const file of WORKFLOWS) {
      const run = await this.#world.run(file, { name }, { before: (...about) => this.#poison(...about) })
      await this.#look(run)
      for (const key of await evidenceIn(run)) this.#gathered.set(key, (this.#gathered.get(key) ?? 0) + 1)
    }
  }

  /** Step by step beside each other, in an order by chance: the two workflows, or one of them and its double. */
  async #twoAtOnce(): Promise<void> {
    const turns = new Turnstile(`${seed} ${this.#runs.length}`, 2)
    const one = async (file: string, run: string) => {
      try {
        const before = async (...about: [string, string, string]) => {
          await this.#poison(...about)
          await turns.step(run)
        }
        return await this.#world.run(file, { name: 'schedule' }, { before })
      } finally {
        turns.end()
      }
    }
    // And somebody else's commit lands in between, once.
    this.#world.github.beforeCommit = () => this.#handEdit()
    const second = this.#dice.pick(WORKFLOWS)
    for (const run of await Promise.all([one('advance.yml', 'a'), one(second, 'b')])) await this.#look(run)
    this.#world.github.beforeCommit = undefined
  }

  async #handEdit(): Promise<void> {
    const { repo } = this.#world
    const change = {
      files: new Map([['NEWS.md', `${this.#world.now().toISOString()}\n`]]),
      message: 'News',
      trailers: {},
    }
    await repo.commit(await repo.head(), change, { ...SOMEBODY, at: this.#world.now() })
  }

  /** No job saw more than it may, and none failed that could have gone on. */
  async #look(run: WorkflowRun): Promise<void> {
    this.#runs.push(run)
    for (const job of run.jobs) {
      expect(secretsSeen(job, this.#world.pusher)).toEqual(MAY_SEE[job.job] ?? [])
      const isExcused = job.job === 'commit' && (this.#revokedAt !== undefined || this.#good?.how === 'edited')
      if (!isExcused) expect([job.job, job.result, job.result === 'failure' ? job.log : '']).not.toContain('failure')
    }
  }

  /** What a job that was taken over might hand on: files of no use, links, and verdicts that are not for it to give. */
  async #poison(job: string, step: string, workspace: string): Promise<void> {
    if (job !== 'commit' || step !== 'Run the engine') return
    const [uploads, duels] = ['uploads', 'duels'].map((name) => join(workspace, 'gathered', name)) as [string, string]
    const evil = join(uploads, '0-evil')
    await mkdir(join(evil, 'contents'), { recursive: true })
    await cp(duels, evil, { recursive: true }).catch(() => undefined)
    const verdicts = join(evil, 'evidence', 'duel')
    for (const name of await readdir(verdicts).catch(() => [])) {
      const verdict = await readFile(join(verdicts, name), 'utf8')
      const turned = verdict.replace(
        /"winner":"(left|right)"/,
        (_, who) => `"winner":"${who === 'left' ? 'right' : 'left'}"`,
      )
      await writeFile(join(verdicts, name), turned)
      this.#forged += turned === verdict ? 0 : 1
    }
    await writeFile(join(evil, 'manifest.json'), '{"made": ["../../x"]')
    await writeFile(join(evil, 'contents', `${'b'.repeat(64)}.glb`), 'evil')
    await symlink('/', join(uploads, '1-link'))
  }

  async #deadman(): Promise<void> {
    const run = await this.#world.run('deadman.yml', { name: 'schedule' })
    await this.#look(run)
    const open = this.#world.github.issues.issues.filter(({ state }) => state === 'open')
    expect(open.length).toBeLessThanOrEqual(1)
    const state = await (await this.#world.snapshot()).read(files.state)
    for (const { title } of open) this.#titles.add(title)
    if (this.#good?.how === 'edited' && this.#world.now() > new Date(this.#pushedAt.getTime() + LATE_MS)) {
      expect(open[0]?.title).toMatch(/edited by hand$/)
    } else if (state.next_stage_eta !== null) {
      const isLate = this.#world.now().getTime() - Date.parse(state.next_stage_eta) > LATE_MS + 12_000
      expect([state, open.length]).toEqual([state, isLate ? 1 : 0])
      if (isLate)
        expect(open[0]?.title).toBe(`Round ${state.current_round} is late: ${state.stage.replaceAll('_', ' ')}`)
    }
  }

  /** Every day; the history that was pushed over is named, and nothing else is wrong. */
  async #verify(): Promise<void> {
    const run = await this.#world.run('verify.yml', { name: 'schedule', schedule: '23 5 * * 1-6' })
    const [job] = run.jobs
    const report = await readFile(join(run.artifacts.dir, 'report', 'report.json'), 'utf8').catch(() => undefined)
    expect([report === undefined, job?.log]).toEqual([false, job?.log])
    const { findings } = JSON.parse(report ?? '') as { findings: { code: string; severity: string }[] }
    const errors = findings.filter(({ severity }) => severity === 'error').map(({ code }) => code)
    const isEdited = this.#good?.how === 'edited'
    const isGone = this.#verified !== undefined && !(await this.#isInHistory(this.#verified))
    this.#named ||= isGone
    expect([errors.includes('history/rewritten'), job?.log]).toEqual([isGone, job?.log])
    // Whoever has looked into it begins anew.
    if (isGone) this.#world.cache.clear()
    this.#verified = isGone ? undefined : await this.#world.repo.head()
    if (!isEdited) expect(errors.filter((code) => code !== 'history/rewritten')).toEqual([])
  }

  #pushedAt = new Date(0)

  async #pushOver(): Promise<void> {
    const { repo } = this.#world
    const head = await repo.head()
    const how = this.#dice.pick(['rewound', 'edited'] as const)
    const older = this.#git('rev-parse', `${head}~${this.#dice.pick([1, 2, 3])}`)
    this.#pushedAt = this.#world.now()
    this.#git('update-ref', 'refs/heads/main', older)
    if (how === 'edited') {
      const now = await this.#world.snapshot()
      const leaders = (await now.find(files.leader)) ?? []
      const usurper = { hotkey: 'usurper', weight: 1, effective_block: 1_000_000 }
      const edit = new Map([[files.leader.path(), files.leader.serialise([...leaders, usurper])]])
      const change = { files: edit, message: 'Update leader', trailers: {} }
      await repo.commit(older, change, { ...SOMEBODY, at: this.#pushedAt })
    }
    this.#good = { head, how }
    // What nobody has looked at yet can be pushed over unseen.
    this.#wasSeen = this.#verified !== undefined && !(await this.#isInHistory(this.#verified))
  }

  /** Whoever reads the issue pushes the good history again; one that was only rewound has gone on by itself. */
  async #restoreBranch(): Promise<void> {
    if (this.#good?.how === 'edited') {
      this.#git('update-ref', 'refs/heads/main', this.#good.head)
    }
    if (this.#good !== undefined) this.#good = { ...this.#good, how: 'rewound' }
  }

  async isWhole(): Promise<void> {
    const { github, dir } = this.#world
    const now = await this.#world.snapshot()
    const state = await now.read(files.state)
    const open = github.issues.issues.filter(({ state: is }) => is === 'open').map(({ title }) => title)
    const isOver = state.stage === 'finished'
    expect({ state, open }).toEqual({
      state,
      open: isOver ? [] : [`Round ${state.current_round} is late: ${state.stage.replaceAll('_', ' ')}`],
    })
    if (isOver) {
      const winner = await now.read(files.winner, 0)
      const king = this.#world.cast.miners.find(({ hotkey }) => hotkey === winner.winner_hotkey)
      expect(king?.name).toBe('granite')
      expect((await now.read(files.leader)).at(-1)?.hotkey).toBe(winner.winner_hotkey)
    }
    // The day without a token was told, and so was the history that was pushed over.
    expect([...this.#titles]).toContain('Round 0 is late: miner generation')
    expect(github.denied.filter((denial) => !denial.startsWith('401'))).toEqual([])
    expect(this.#named).toBe(this.#wasSeen)
    // Every verdict that was on record is on record.
    const before = this.#good?.head ?? (await this.#world.repo.head())
    for (const path of this.#git('ls-tree', '-r', '--name-only', before, 'rounds').split('\n')) {
      if (!/duels_\w+\.json$|submitted\.json$|generation_audits\.json$/.test(path)) continue
      // Audits are added to their record, one after another.
      const [was, is] = [this.#git('show', `${before}:${path}`), (await now.text(path)) ?? 'null'].map((text) =>
        JSON.parse(text),
      )
      expect([path, is]).toMatchObject([path, was])
    }
    // Nothing was paid for twice, but by runs at once.
    const twice = [...this.#gathered].filter(([, times]) => times > 1)
    expect(twice).toEqual([])
    expect(this.#gathered.size).toBeGreaterThan(10)
    expect(this.#forged).toBeGreaterThan(0)
    const kept = new Set(await readdir(join(dir, 'store'), { recursive: true }))
    // Single files are a step on the way to all of a miner's.
    const handedOn = [...this.#gathered.keys()].filter((key) => !key.startsWith('evidence/download/'))
    expect(handedOn.filter((key) => !kept.has(key))).toEqual([])
    expect([...kept].filter((key) => key.includes('b'.repeat(64)))).toEqual([])
  }

  async #isInHistory(commit: string): Promise<boolean> {
    const { repo } = this.#world
    for await (const { oid } of repo.log(await repo.head())) if (oid === commit) return true
    return false
  }

  #git(...args: string[]): string {
    const cwd = join(this.#world.dir, 'git', 'Owner', 'competition')
    return execFileSync('git', args, { cwd, encoding: 'utf8' }).replace(/\n$/, '')
  }
}

const SOMEBODY = { name: 'Somebody', email: 'somebody@hosted.test' }

/** What of the planted secrets, and which tokens, a job may see. */
const MAY_SEE: Readonly<Record<string, readonly string[]>> = {
  due: ['a token'],
  judge: ['planted-judge-key'],
  run: ['planted-cloud-key'],
  commit: ['a token', 'planted-store-id', 'planted-store-secret', 'the pusher'],
  deadman: ['a token'],
}

function secretsSeen(job: JobRun, pusher: string): string[] {
  if (job.result === 'skipped') return [...(MAY_SEE[job.job] ?? [])]
  const values = job.environments.flatMap((env) => Object.values(env))
  const planted = [...Object.values(SECRETS), 'planted-store-id', 'planted-store-secret'].filter((secret) =>
    values.some((value) => value.includes(secret)),
  )
  const tokens = values.filter((value) => value.startsWith('ghs_'))
  return [
    ...(tokens.some((token) => token !== pusher) ? ['a token'] : []),
    ...planted,
    ...(tokens.includes(pusher) ? ['the pusher'] : []),
  ].sort()
}

/** Keys of the evidence that a run's jobs handed on. */
async function evidenceIn({ artifacts }: WorkflowRun): Promise<string[]> {
  const paths = await readdir(artifacts.dir, { recursive: true })
  return paths.flatMap((path) => /^[^/]+\/(evidence\/.+\.json)$/.exec(path)?.[1] ?? [])
}
