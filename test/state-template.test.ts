import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { foundCompetition } from '../src/engine/found.ts'
import { settingsOf } from '../src/formats/generation-3d/settings.ts'
import { revealSchemaOf } from '../src/formats/index.ts'
import { configSchema, files } from '../src/state/index.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const config = files.config.parse(read('state-template/config.json'), 'config.json')

describe('state-template/config.json', () => {
  it('plays by our rules, with the numbers of the real competition', () => {
    expect(config).toMatchObject({
      rules: 'v1',
      format: 'generation-3d',
      randomness: 'block',
      source_audit: 'required',
      prompts_per_round: 128,
      carryover_prompts: 32,
      win_margin: 0.05,
      weight_decay: 0.2,
      weight_floor: 0.2,
    })
  })

  it('spells out every setting of the format, at its default but for what is new', () => {
    expect(config.settings).toEqual({
      ...settingsOf({ ...config, settings: {} }),
      deadline_sweep: true,
      unseen_prompts: 4,
    })
    expect(Object.keys(revealSchemaOf(config).fields)).toEqual(['repo', 'commit', 'cdn_url'])
  })

  it('spells out every field that a configuration can have', () => {
    expect(Object.keys(config)).toEqual(Object.keys(configSchema.shape))
  })

  it('founds a competition whose first round opens', () => {
    const head = { number: 1000, time: new Date('2026-03-01T12:00:00Z') }
    const { files: written } = foundCompetition({ config, pool: ['https://example.com/a.png'], leaders: [], head })
    expect(files.state.parse(written.get('state.json') ?? '', 'state.json')).toMatchObject({
      current_round: 0,
      stage: 'open',
      next_stage_eta: '2026-03-02T08:00:00Z',
    })
  })
})

describe('state-template/README.md', () => {
  it('names every file of a competition, and where it lies', () => {
    const text = read('state-template/README.md')
    const paths = [
      ...[files.state, files.config, files.leader, files.pool].map((file) => file.path()),
      ...[files.allowedSigners, files.pathPolicy].map((file) => file.path()),
      ...[files.schedule, files.seed, files.prompts, files.submissions, files.reveals, files.builds].map((file) =>
        file.path(0),
      ),
      ...[files.requireAudit, files.generationAudits, files.sourceAudit, files.matrix, files.winner].map((file) =>
        file.path(0),
      ),
      ...[files.submitted, files.generated].map((file) => file.path(0, 'HOTKEY')),
    ].map((path) => path.replace('rounds/0/', 'rounds/N/'))
    expect(paths.filter((path) => !text.includes(`\`${path}\``))).toEqual([])
  })
})

/** `with` may only name inputs that the action has, and must give those that it requires. */
interface Action {
  inputs: Record<string, { required?: boolean }>
  outputs: Record<string, unknown>
  runs: { using: string; steps: { run?: string; shell?: string }[] }
}
interface Workflow {
  on: Record<string, unknown>
  permissions: Record<string, string>
  concurrency: { group: string; 'cancel-in-progress': boolean }
  jobs: Record<
    string,
    { if?: string; permissions?: unknown; steps: { uses?: string; run?: string; with?: Record<string, string> }[] }
  >
}

describe('the workflows', () => {
  const actions = ['advance', 'verify'].map((name) => ({
    name,
    action: parse(read(`.github/actions/${name}/action.yml`)) as Action,
    template: parse(read(`state-template/.github/workflows/${name}.yml`)) as Workflow,
  }))
  const templateOf = (name: string) => actions.find((each) => each.name === name)?.template as Workflow
  const ci = parse(read('.github/workflows/ci.yml')) as Workflow

  it('wakes the competition on a schedule and by hand, one run at a time', () => {
    const template = templateOf('advance')
    expect(template.on).toHaveProperty('schedule', [{ cron: '*/10 * * * *' }])
    expect(template.on).toHaveProperty('workflow_dispatch')
    expect(template.concurrency).toEqual({ group: 'advance', 'cancel-in-progress': false })
    expect(template.permissions).toEqual({ contents: 'write' })
  })

  it('checks the competition every day, without secrets, and may write nothing but findings', () => {
    const template = templateOf('verify')
    expect(template.on).toHaveProperty('schedule', [{ cron: '23 5 * * *' }])
    expect(template.on).toHaveProperty('workflow_dispatch')
    expect(template.permissions).toEqual({})
    expect(template.jobs.verify?.permissions).toEqual({ contents: 'read', 'security-events': 'write' })
    expect(read('state-template/.github/workflows/verify.yml')).not.toMatch(/\$\{\{[^}]*(secrets|github\.token)/)
    expect(read('.github/actions/verify/action.yml')).not.toMatch(/\$\{\{[^}]*(secrets|github\.token)/)
  })

  it('runs nothing in the place of somebody who has not asked for it', () => {
    for (const { name, template } of actions) expect(template.jobs[name]?.if).toMatch(/^vars\.ROUNDKEEPER_\w+ != ''$/)
  })

  it.each(actions)('calls $name with inputs that it has', ({ name, action, template }) => {
    const call = template.jobs[name]?.steps.find(({ uses }) => uses?.endsWith(`/.github/actions/${name}`))
    const given = Object.keys(call?.with ?? {})
    const known = Object.keys(action.inputs)
    const required = known.filter((input) => action.inputs[input]?.required)
    expect(given.filter((input) => !known.includes(input))).toEqual([])
    expect(required.filter((input) => !given.includes(input))).toEqual([])
  })

  it('reads outputs only that there are', () => {
    const outputs = Object.keys(actions.find(({ name }) => name === 'verify')?.action.outputs ?? {})
    const read = [...JSON.stringify(templateOf('verify')).matchAll(/steps\.verify\.outputs\.(\w+)/g)].map(
      ([, name]) => name,
    )
    expect(read.length).toBeGreaterThan(1)
    expect(read.filter((name) => !outputs.includes(name ?? ''))).toEqual([])
  })

  it.each(actions)('puts no input of a caller of $name into a shell script', ({ action }) => {
    const scripts = action.runs.steps.map(({ run }) => run).filter((run) => run !== undefined)
    expect(action.runs.using).toBe('composite')
    expect(scripts.length).toBeGreaterThan(0)
    expect(scripts.filter((run) => run.includes('${{'))).toEqual([])
  })

  it('tests with the two commands of the README, and may only read', () => {
    expect(ci.permissions).toEqual({ contents: 'read' })
    expect(ci.jobs.test?.steps.at(-1)).toEqual({ run: 'npm ci && npm test' })
    expect(read('.ci/run')).toContain('npm ci && npm test')
  })

  it('takes steps of others by a version only', () => {
    const folders = ['.github', 'state-template/.github']
    const paths = folders.flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
    )
    const uses = paths
      .filter((path) => path.endsWith('.yml'))
      .flatMap((path) => [...read(path).matchAll(/uses: (\S+)/g)].map(([, name]) => name ?? ''))
    expect(uses.length).toBeGreaterThan(3)
    expect(uses.filter((name) => !name.startsWith('./') && !/@v\d+$|@[0-9a-f]{40}$/.test(name))).toEqual([])
  })
})
