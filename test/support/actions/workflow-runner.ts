/**
 * Runs workflows as GitHub's runner does, as far as those of the template need it: jobs in the order of their needs, each in
 * a folder of its own with nothing but what it is given; expressions, matrices, outputs, composite actions; every `run` by
 * bash, with the environment that the workflow says and no other. Actions of GitHub are stood in for, see `hosted-actions.ts`.
 */
import { spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { Action, Job, Step, Workflow } from '../../template/workflow-rules.ts'
import { asksForStatus, asText, evaluate, interpolate, isTrue, type Scope, type Value } from './expressions.ts'
import { type Artifacts, type HostedAction, hostedActions } from './hosted-actions.ts'

export interface RunnerOptions {
  /** Number of the run: what it commits names it. */
  readonly run: number
  /** Folders of runs and jobs go here. */
  readonly dir: string
  readonly repository: string
  readonly vars: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  readonly apiUrl: string
  readonly serverUrl: string
  /** A token that may do this and no more. */
  token(permissions: Readonly<Record<string, string>>): string
  /** Where programs are, e.g. shims first. */
  readonly path: string
  /** Stands in for `actions/checkout`. */
  checkout(step: { readonly repository: string | undefined; readonly into: string }): Promise<void>
  /** Kept from run to run. */
  readonly cache?: Map<string, string>
  /** Called before every script of a job, e.g. to let others act in between. */
  readonly before?: (job: string, step: string, workspace: string) => Promise<void>
}

export interface Event {
  readonly name: 'schedule' | 'workflow_dispatch' | 'repository_dispatch'
  readonly schedule?: string
}

export interface JobRun {
  readonly job: string
  readonly result: 'success' | 'failure' | 'skipped'
  readonly log: string
  /** Every environment that a script of it was given. */
  readonly environments: readonly Readonly<Record<string, string>>[]
  readonly outputs: Readonly<Record<string, string>>
}

export interface WorkflowRun {
  readonly id: number
  readonly jobs: readonly JobRun[]
  readonly artifacts: Artifacts
}

export async function runWorkflow(text: string, event: Event, options: RunnerOptions): Promise<WorkflowRun> {
  const workflow = parse(text) as Workflow
  const id = options.run
  const folder = join(options.dir, `run-${id}`)
  const artifacts: Artifacts = { dir: join(folder, 'artifacts'), ids: new Map() }
  await mkdir(artifacts.dir, { recursive: true })
  const jobs: JobRun[] = []
  const results: Record<string, { result: JobRun['result']; outputs: Readonly<Record<string, string>> }> = {}
  for (const name of inOrder(workflow)) {
    const job = workflow.jobs[name] as Job
    const needs = needsOf(job)
    const status = needs.every((need) => results[need]?.result === 'success') ? 'success' : 'failure'
    const contexts = {
      github: githubOf(event, id, options, ''),
      vars: options.vars,
      needs: Object.fromEntries(needs.map((need) => [need, results[need] as unknown as Value])),
    }
    if (!isDue(job.if, { contexts, status })) {
      results[name] = { result: 'skipped', outputs: {} }
      jobs.push({ job: name, result: 'skipped', log: '', environments: [], outputs: {} })
      continue
    }
    const cells = matrixOf(job, { contexts, status })
    const done: JobRun[] = []
    for (const [index, cell] of cells.entries()) {
      const place = join(folder, `${name}-${index}`)
      done.push(await new JobRunner(name, job, place, event, id, options, artifacts, contexts.needs, cell, index).run())
    }
    jobs.push(...done)
    const result = done.every((each) => each.result === 'success') ? 'success' : 'failure'
    results[name] = { result, outputs: done.at(-1)?.outputs ?? {} }
  }
  return { id, jobs, artifacts }
}

const needsOf = ({ needs = [] }: Job): readonly string[] => (typeof needs === 'string' ? [needs] : needs)

/** Those that are needed first. */
function inOrder({ jobs }: Workflow): string[] {
  const order: string[] = []
  const add = (name: string) => {
    for (const need of needsOf(jobs[name] as Job)) add(need)
    if (!order.includes(name)) order.push(name)
  }
  for (const name of Object.keys(jobs)) add(name)
  return order
}

function isDue(condition: string | undefined, scope: Scope): boolean {
  const source = String(condition ?? '').replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1')
  if (!asksForStatus(source) && scope.status !== 'success') return false
  return source.trim() === '' || isTrue(evaluate(source, scope))
}

function matrixOf({ strategy }: Job, scope: Scope): Readonly<Record<string, Value>>[] {
  if (strategy === undefined) return [{}]
  const axes = Object.entries(strategy.matrix)
  if (axes.length !== 1) throw new Error('this runner knows matrices of one dimension')
  const [axis = '', given] = axes[0] ?? []
  const values = typeof given === 'string' ? interpolate(given, scope) : (given as Value)
  return (values as readonly Value[]).map((value) => ({ [axis]: value }))
}

const githubOf = (event: Event, id: number, { repository, serverUrl }: RunnerOptions, token: string) => ({
  ...{ repository, token, server_url: serverUrl, run_id: id, run_attempt: 1, event_name: event.name, ref_name: 'main' },
  event: { ...(event.schedule && { schedule: event.schedule }) },
})

class JobRunner {
  readonly #name: string
  readonly #job: Job
  readonly #workspace: string
  readonly #temp: string
  readonly #files: string
  readonly #options: RunnerOptions
  readonly #hosted: Readonly<Record<string, HostedAction>>
  readonly #contexts: Record<string, Value>
  readonly #environments: Record<string, string>[] = []
  readonly #id: number
  readonly #event: Event
  #status: 'success' | 'failure' = 'success'
  #log = ''
  #scripts = 0

  constructor(
    name: string,
    job: Job,
    dir: string,
    event: Event,
    id: number,
    options: RunnerOptions,
    artifacts: Artifacts,
    needs: Value,
    matrix: Readonly<Record<string, Value>>,
    index: number,
  ) {
    this.#name = name
    this.#job = job
    this.#workspace = join(dir, 'work')
    this.#temp = join(dir, 'temp')
    this.#files = join(dir, 'files')
    this.#options = options
    this.#id = id
    this.#event = event
    this.#hosted = hostedActions({ workspace: this.#workspace, artifacts, options })
    const permissions = job.permissions ?? {}
    this.#contexts = {
      github: githubOf(event, id, options, options.token(permissions)),
      vars: options.vars,
      secrets: options.secrets,
      strategy: { 'job-index': index },
      ...{ needs, matrix, steps: {}, runner: { temp: this.#temp } },
    }
  }

  async run(): Promise<JobRun> {
    for (const dir of [this.#workspace, this.#temp, this.#files]) await mkdir(dir, { recursive: true })
    const steps: Record<string, Value> = {}
    const contexts = { ...this.#contexts, steps }
    for (const step of this.#job.steps) await this.#step(step, contexts, steps, {})
    const scope = { contexts, status: this.#status }
    const outputs = Object.fromEntries(
      Object.entries(this.#job.outputs ?? {}).map(([name, text]) => [name, asText(interpolate(text, scope))]),
    )
    return {
      ...{ job: this.#name, result: this.#status, log: this.#log, outputs },
      environments: this.#environments,
    }
  }

  async #step(
    step: Step,
    contexts: Record<string, Value>,
    steps: Record<string, Value>,
    env: Readonly<Record<string, string>>,
    actionPath?: string,
  ): Promise<void> {
    const scope = { contexts, status: this.#status }
    if (!isDue(step.if, scope)) return
    const given = filled(step.with, scope)
    const own = { ...env, ...filled(step.env, scope) }
    let outputs: Readonly<Record<string, string>> = {}
    try {
      if (step.run !== undefined) outputs = await this.#script(step, own, actionPath)
      else if (step.uses?.startsWith('./')) outputs = await this.#composite(step.uses, given, own)
      else outputs = await this.#hostedAction(step.uses ?? '', given)
    } catch (error) {
      this.#log += `${step.name ?? step.uses ?? 'a script'}: ${(error as Error).message}\n`
      if ((error as Failed).outputs !== undefined) outputs = (error as Failed).outputs
      else if (!(error instanceof Failed)) throw error
      if ((step as { 'continue-on-error'?: boolean })['continue-on-error'] !== true) this.#status = 'failure'
    }
    if (step.id !== undefined) steps[step.id] = { outputs: { ...outputs } }
  }

  async #hostedAction(
    uses: string,
    given: Readonly<Record<string, string>>,
  ): Promise<Readonly<Record<string, string>>> {
    const name = uses.split('@')[0] ?? ''
    const action = this.#hosted[name]
    if (action === undefined) throw new Error(`this runner has no ${name}`)
    const ended = await action(given)
    if (typeof ended === 'string') throw new Failed(ended)
    return ended ?? {}
  }

  async #composite(uses: string, given: Readonly<Record<string, string>>, env: Readonly<Record<string, string>>) {
    const path = join(this.#workspace, uses)
    const { inputs, outputs = {}, runs: body } = parse(await readFile(join(path, 'action.yml'), 'utf8')) as Action
    const defaults = Object.fromEntries(Object.entries(inputs).map(([name, { default: value = '' }]) => [name, value]))
    const steps: Record<string, Value> = {}
    // Secrets and variables are the workflow's: an action has what it is given.
    const { secrets: _, vars: __, needs: ___, matrix: ____, ...rest } = this.#contexts
    const contexts = { ...rest, inputs: { ...defaults, ...given }, steps }
    const before = this.#status
    for (const step of body.steps) await this.#step(step, contexts, steps, env, path)
    const scope = { contexts, status: this.#status }
    const values = Object.fromEntries(
      Object.entries(outputs).map(([name, { value }]) => [name, asText(interpolate(value, scope))]),
    )
    if (before === 'success' && this.#status === 'failure') throw new Failed('a step of it failed', values)
    return values
  }

  async #script(step: Step, env: Readonly<Record<string, string>>, actionPath: string | undefined) {
    const at = join(this.#files, String(++this.#scripts))
    const [script, output, summary] = [`${at}.sh`, `${at}.output`, `${at}.summary`]
    await writeFile(script, step.run ?? '')
    await Promise.all([output, summary].map((path) => writeFile(path, '')))
    const { repository, serverUrl, apiUrl, path, dir } = this.#options
    const all: Record<string, string> = {
      ...{ PATH: path, HOME: join(dir, 'home'), CI: 'true', GITHUB_ACTIONS: 'true', RUNNER_TEMP: this.#temp },
      ...{ GITHUB_WORKSPACE: this.#workspace, GITHUB_OUTPUT: output, GITHUB_STEP_SUMMARY: summary },
      ...{ GITHUB_REPOSITORY: repository, GITHUB_SERVER_URL: serverUrl, GITHUB_API_URL: apiUrl },
      ...{ GITHUB_RUN_ID: String(this.#id), GITHUB_RUN_ATTEMPT: '1', GITHUB_EVENT_NAME: this.#event.name },
      ...(actionPath !== undefined && { GITHUB_ACTION_PATH: actionPath }),
      ...env,
    }
    this.#environments.push(all)
    await this.#options.before?.(this.#name, step.name ?? '', this.#workspace)
    const shell = step.shell === 'bash' ? ['--noprofile', '--norc', '-eo', 'pipefail'] : ['-e']
    const code = await this.#bash([...shell, script], all)
    this.#log += await readFile(summary, 'utf8')
    const outputs = outputsIn(await readFile(output, 'utf8'))
    if (code !== 0) throw new Failed(`exit code ${code}`, outputs)
    return outputs
  }

  #bash(args: readonly string[], env: Readonly<Record<string, string>>): Promise<number | null> {
    return new Promise((resolve, reject) => {
      const child = spawn('bash', args, { cwd: this.#workspace, env, stdio: ['ignore', 'pipe', 'pipe'] })
      const hear = (text: Buffer) => {
        this.#log += text.toString()
      }
      child.stdout.on('data', hear)
      child.stderr.on('data', hear)
      child.on('error', reject).on('close', resolve)
    })
  }
}

/** Of a step; what it said before counts. */
class Failed extends Error {
  readonly outputs: Readonly<Record<string, string>>

  constructor(message: string, outputs: Readonly<Record<string, string>> = {}) {
    super(message)
    this.outputs = outputs
  }
}

const filled = (given: Readonly<Record<string, unknown>> = {}, scope: Scope): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([name, text]) => [name, asText(interpolate(String(text), scope))]))

function outputsIn(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([\w-]+)=(.*)$/.exec(line) ?? []
      if (name === undefined) throw new Error(`this runner does not know the output ${line}`)
      return [name, value ?? '']
    }),
  )
}
