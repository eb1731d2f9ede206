import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { buildsSchema } from '../src/cli/builds-settings.ts'
import { type BuildJob, JOB_NAMES, outcomeOf } from '../src/compute/builds/github-jobs.ts'
import { phraseOf } from '../src/compute/builds/github-runs.ts'
import { imageNameOf } from '../src/compute/builds/image-reference.ts'
import { foundCompetition } from '../src/engine/found.ts'
import { settingsOf } from '../src/formats/generation-3d/settings.ts'
import { revealSchemaOf } from '../src/formats/index.ts'
import { configSchema, files } from '../src/state/index.ts'
import { temporaryFolder } from './store/temporary.ts'

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
  it('explains every field of config.json', () => {
    const text = read('state-template/README.md')
    const explained = new Set(
      [...text.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
        [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name),
      ),
    )
    const fieldsOf = (schema: { shape: object }) => Object.keys(schema.shape)
    const { weights, judging, drand } = configSchema.shape
    const groups = ['settings', 'judging', 'weights', 'drand']
    const top = fieldsOf(configSchema).filter((name) => !groups.includes(name))
    const all = [
      ...top,
      ...fieldsOf(weights.unwrap()),
      ...fieldsOf(judging.unwrap()),
      ...Object.keys(settingsOf({ settings: {} })),
    ]
    expect(all.filter((name) => !explained.has(name))).toEqual([])
    expect([...groups, ...fieldsOf(drand.unwrap())].filter((name) => !text.includes(`\`${name}\``))).toEqual([])
    const bounds = judging.unwrap().shape.bounds.unwrap()
    expect(fieldsOf(bounds).filter((name) => !text.includes(`\`${name}\``))).toEqual([])
  })

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

interface Workflow {
  on: Record<string, unknown>
  permissions: Record<string, string>
  concurrency: { group: string; 'cancel-in-progress': boolean }
  jobs: Record<
    string,
    { if?: string; permissions?: unknown; steps: { uses?: string; run?: string; with?: Record<string, string> }[] }
  >
}

describe('the workflow that builds images', () => {
  const text = read('state-template/.github/workflows/build-and-push.yml')
  const { jobs, permissions, ...workflow } = parse(text) as Workflow
  const steps = Object.values(jobs).flatMap((job) => job.steps as { name?: string; run?: string }[])
  const names = steps.map(({ name }) => name)

  it('may do next to nothing, and hands no secret to the step that runs a stranger’s Dockerfile', () => {
    expect(permissions).toEqual({})
    expect(jobs.setup?.permissions).toEqual({ contents: 'read' })
    expect(jobs.build?.permissions).toEqual({ packages: 'write' })
    const knowing = steps.filter((step) => /secrets\.|github\.token/.test(JSON.stringify(step)))
    expect(knowing.map(({ name }) => name)).toEqual(['Push the image'])
    expect(names.indexOf('Build the image')).toBeLessThan(names.indexOf('Push the image'))
    const scripts = steps.map(({ run }) => run).join('\n')
    expect(scripts).not.toMatch(/--build-arg|--secret|--ssh|--allow|\$\{\{/)
  })

  it('runs scripts that a shell can read', () => {
    for (const { name, run } of steps.filter((step) => step.run !== undefined)) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: run, encoding: 'utf8' })
      expect([name, status, stderr]).toEqual([name, 0, ''])
    }
  })

  it('starts nothing for whoever has not asked, and ends what takes too long', () => {
    expect(jobs.setup?.if).toBe("vars.ROUNDKEEPER_IMAGES != ''")
    for (const job of Object.values(jobs)) expect(job).toHaveProperty('timeout-minutes')
  })

  it('is found by the engine: file, jobs, the step that is the miner’s, the title of what is started by hand', () => {
    const build = jobs.build as unknown as { name: string }
    expect(JOB_NAMES).toContain(build.name.replace(' ($' + '{{ matrix.hotkey }})', ''))
    expect(outcomeOf(failedAt('Build the image'))).not.toHaveProperty('provisional')
    for (const name of ['Fetch the code', 'Push the image']) {
      expect(names).toContain(name)
      expect(outcomeOf(failedAt(name))).toMatchObject({ provisional: true })
    }
    expect(workflow).toHaveProperty('run-name', expect.stringContaining(`'${phraseOf(0).replace('0', '{0}')}'`))
    const settings = buildsSchema.parse({ kind: 'github', image_format: 'r.test/{hotkey10}:{tag}' })
    expect(settings).toMatchObject({ workflow: 'build-and-push.yml' })
  })

  const failedAt = (failed: string): BuildJob => ({
    ...{ id: 1, name: 'x', status: 'completed', conclusion: 'failure' },
    steps: names.map((name = '') => ({ name, conclusion: name === failed ? 'failure' : 'success' })),
  })
})

describe('the list of images to build', () => {
  const folder = temporaryFolder()
  const script = join(root, 'state-template/.github/scripts/build-matrix.mjs')
  const good = { repo: 'Owner/re.po_1', commit: 'c'.repeat(40), round: 'tiny-3' }

  async function matrixOf(entries: object, env: Record<string, string> = {}) {
    const dir = folder()
    const output = join(dir, 'output')
    await rm(output, { force: true })
    await mkdir(join(dir, 'rounds/3'), { recursive: true })
    await writeFile(join(dir, 'state.json'), '{"current_round": 3}')
    await writeFile(join(dir, 'rounds/3/submissions.json'), JSON.stringify(entries))
    const all = { PATH: process.env.PATH, IMAGES: 'ghcr.io/owner/images', GITHUB_OUTPUT: output, ...env }
    const { status, stdout } = spawnSync(process.execPath, [script], { cwd: dir, env: all, encoding: 'utf8' })
    const text = status === 0 ? await readFile(output, 'utf8') : 'matrix=null'
    return { status, stdout, jobs: JSON.parse(text.replace('matrix=', '')) as Record<string, string>[] | null }
  }

  it('names every image as the engine does', async () => {
    const { jobs } = await matrixOf({ '5AbcdefghIJK': good })
    const source = { ...good, hotkey: '5AbcdefghIJK', tag: `ccccccc-${good.round}`, round: 3 }
    const image = imageNameOf('ghcr.io/owner/images/{hotkey10}:{tag}', source)
    expect(jobs).toEqual([{ hotkey: '5AbcdefghIJK', repo: good.repo, commit: good.commit, image }])
  })

  it('leaves out what could be anything else than a name or a commit', async () => {
    const evil = ['$(id)', '`id`', "';id;'", '$' + '{{ github.token }}', '../..', 'a\nmatrix=[]', '-x/', ' ']
    const entries = Object.fromEntries([
      ...evil.map((text) => [`${text}5Hotkeyabcdef`, good]),
      ...evil.map((text, i) => [`5Repo${i}abcdefgh`, { ...good, repo: `owner/${text}` }]),
      ...evil.map((text, i) => [`5Owner${i}abcdefgh`, { ...good, repo: `${text}/name` }]),
      ...evil.map((text, i) => [`5Commit${i}abcdefgh`, { ...good, commit: `${good.commit}${text}` }]),
      ...evil.map((text, i) => [`5Round${i}abcdefgh`, { ...good, round: `3${text}` }]),
      ['5Nobodyabcdef', {}],
      ['5Fineabcdefgh', good],
    ]) as Record<string, object>
    const { jobs, stdout } = await matrixOf(entries)
    expect(jobs?.map(({ hotkey }) => hotkey)).toEqual(['5Fineabcdefgh'])
    const known = /^::warning::[A-Za-z0-9?]+ is left out: .*$|^round 3: 1 images$|^$/
    expect(stdout.split('\n').filter((line) => !known.test(line))).toEqual([])
  })

  it('never gives two entries one image, and stops where it cannot be whole', async () => {
    const { jobs } = await matrixOf({ '5AbcdefghiFirst': good, '5ABCDEFGHISecond': { ...good, repo: 'evil/x' } })
    expect(jobs?.map(({ repo }) => repo)).toEqual([good.repo])
    const many = Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`5x${1_000 + i}abcdefgh`, good]))
    expect((await matrixOf(many)).status).not.toBe(0)
    expect((await matrixOf({}, { IMAGES: 'GHCR.io/$(id)' })).status).not.toBe(0)
    expect((await matrixOf({}, { ROUND: '../3' })).status).not.toBe(0)
    expect((await matrixOf({})).jobs).toEqual([])
  })
})
