import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Action, actionProblems, pinProblems, problemsOf, type Workflow } from './workflow-rules.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const workflows = readdirSync(join(root, 'state-template/.github/workflows')).map((file) => ({
  file,
  text: read(`state-template/.github/workflows/${file}`),
}))
const actions = readdirSync(join(root, '.github/actions'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, text: read(`.github/actions/${name}/action.yml`) }))

const textOf = (file: string) => workflows.find((each) => each.file === file)?.text ?? ''

describe('the workflows of the template', () => {
  it.each(workflows)('$file keeps to every rule', ({ file, text }) => {
    expect(problemsOf(file, text)).toEqual([])
  })

  it.each(actions)('the action $name keeps to every rule', ({ text }) => {
    expect(actionProblems(text)).toEqual([])
  })

  it('let nobody commit but those that are for it, and nobody else hold the keys for that', () => {
    const writers = workflows.flatMap(({ file, text }) =>
      Object.entries((parse(text) as Workflow).jobs)
        .filter(([, { permissions }]) => permissions?.contents === 'write')
        .map(([name]) => `${file} ${name}`),
    )
    expect(writers.sort()).toEqual(['advance-self-hosted.yml advance', 'advance.yml commit', 'audit.yml commit'])
    const holders = workflows.filter(({ text }) => /secrets\.ROUNDKEEPER_(?:GIT_TOKEN|APP_KEY|SIGNING_KEY)/.test(text))
    expect(holders.map(({ file }) => file).sort()).toEqual(['advance-self-hosted.yml', 'advance.yml', 'audit.yml'])
  })

  it('call actions with inputs that they have, and read outputs that there are', () => {
    const known = new Map(
      actions.map(({ name, text }) => [`./roundkeeper/.github/actions/${name}`, parse(text) as Action]),
    )
    const calls = workflows.flatMap(({ file, text }) =>
      Object.values((parse(text) as Workflow).jobs).flatMap(({ steps, outputs = {} }) =>
        steps.flatMap((step) =>
          step.uses?.startsWith('./') ? [{ file, step, read: JSON.stringify({ steps, outputs }) }] : [],
        ),
      ),
    )
    expect(calls.length).toBeGreaterThanOrEqual(9)
    for (const { file, step, read: readers } of calls) {
      const action = known.get(step.uses ?? '')
      const given = Object.keys(step.with ?? {})
      const required = Object.entries(action?.inputs ?? {}).flatMap(([name, { required: is }]) => (is ? [name] : []))
      expect([file, given.filter((name) => !(name in (action?.inputs ?? {})))]).toEqual([file, []])
      expect([file, required.filter((name) => !given.includes(name))]).toEqual([file, []])
      const outputs = [...readers.matchAll(new RegExp(`steps\\.${step.id}\\.outputs\\.(\\w+)`, 'g'))].map(
        ([, name = '']) => name,
      )
      expect([file, outputs.filter((name) => !(name in (action?.outputs ?? {})))]).toEqual([file, []])
    }
  })

  it('name every variable and secret that they read at their top', () => {
    for (const { file, text } of workflows) {
      const head = text.slice(0, text.indexOf('\nname:'))
      const named = [...text.matchAll(/(?:vars|secrets)\.(\w+)/g)].map(([, name = '']) => name)
      expect([file, named.filter((name) => !head.includes(name))]).toEqual([file, []])
    }
  })
})

describe('our own workflow', () => {
  const text = read('.github/workflows/ci.yml')
  const { permissions, jobs } = parse(text) as Workflow

  it('tests with the two commands of the README, and may only read', () => {
    expect(permissions).toEqual({ contents: 'read' })
    expect(jobs.test?.steps.at(-1)).toEqual({ run: 'npm ci && npm test' })
    expect(read('.ci/run')).toContain('npm ci && npm test')
    expect(pinProblems(text)).toEqual([])
  })
})

/** Expressions of GitHub are written «so» below, since they look like templates of ours. */
const spelt = (text: string) => text.replaceAll('«', ['$', '{{ '].join('')).replaceAll('»', ' }}')

/** A change for the worse, and what is said of it. */
const worse: readonly (readonly [file: string, from: string | RegExp, to: string, said: string])[] = [
  ['advance.yml', '  workflow_dispatch:\n', '', 'nobody can start it by hand'],
  [
    'advance.yml',
    '  workflow_dispatch:\n',
    '  workflow_dispatch:\n  pull_request_target:\n',
    'started by pull_request_target',
  ],
  ['advance.yml', '  workflow_dispatch:\n', '  workflow_dispatch:\n  issue_comment:\n', 'started by issue_comment'],
  ['advance.yml', '3,13,23,33,43,53 *', '*/10 *', 'everybody starts at */10 * * * *'],
  ['advance.yml', '3,13,23,33,43,53 *', '0 *', 'everybody starts at 0 * * * *'],
  ['deadman.yml', '11,41', '10,41', 'everybody starts at 10,41 * * * *'],
  [
    'advance.yml',
    'permissions: {}\n\n',
    'permissions:\n  contents: write\n\n',
    'the workflow grants permissions to every job',
  ],
  ['advance.yml', 'permissions: {}\n\n', '\n', 'the workflow grants permissions to every job'],
  ['advance.yml', /concurrency:\n {2}group: advance\n.*\n/, '', 'two runs at once'],
  ['advance.yml', 'cancel-in-progress: false', 'cancel-in-progress: true', 'advance ends what is at work'],
  ['advance.yml', 'group: committer', 'group: advance', 'a job waits for its own workflow'],
  ['advance.yml', / {4}concurrency:\n {6}group: committer\n.*\n/, '', 'commit: commits beside others'],
  ['advance.yml', '08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0', 'v5', 'actions/checkout@v5 is not pinned'],
  [
    'advance.yml',
    '08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0',
    '08c6903 # v5.0.0',
    'actions/checkout@08c6903 # v5.0.0 is not pinned',
  ],
  ['advance.yml', 'actions/checkout@', 'someone/checkout@', 'is not pinned'],
  [
    'advance.yml',
    'ea165f8d65b6e75b540449e92b4886f43607fa02 # v4.6.2',
    'ea165f8d65b6e75b540449e92b4886f43607fa02',
    'is not pinned',
  ],
  [
    'advance.yml',
    '    permissions: {}\n    strategy',
    '    permissions:\n      contents: write\n    strategy',
    'gather: may do {"contents":"write"}',
  ],
  ['advance.yml', '    permissions: {}\n    strategy', '    strategy', 'gather: may do "all"'],
  [
    'advance.yml',
    '          shard: «matrix',
    '          token: ${{ github.token»\n          shard: «matrix',
    'gather: holds the token of the workflow',
  ],
  [
    'advance.yml',
    '          shard: «matrix',
    '          app-key: ${{ secrets.ROUNDKEEPER_APP_KEY»\n          shard: «matrix',
    'gather: holds ROUNDKEEPER_APP_KEY',
  ],
  [
    'advance.yml',
    'kinds: deadline,',
    'judge-key: ${{ secrets.ROUNDKEEPER_JUDGE_API_KEY»\n          kinds: deadline,',
    'gather: holds ROUNDKEEPER_JUDGE_API_KEY',
  ],
  [
    'advance.yml',
    'kinds: deadline,',
    'store-key-id: «secrets.ROUNDKEEPER_STORE_KEY_ID»\n          kinds: deadline,',
    'gather: holds ROUNDKEEPER_STORE_KEY_ID',
  ],
  ['advance.yml', 'shard: «matrix.shard»', 'shard: «toJSON(secrets)»', 'gather: holds *'],
  ['advance.yml', '    timeout-minutes: 120\n', '', 'gather: may take for ever'],
  ['advance.yml', 'timeout-minutes: 120', 'timeout-minutes: 720', 'gather: may take for ever'],
  ['advance.yml', "    if: vars.ROUNDKEEPER_SETTINGS != ''\n", '', 'due: starts unasked'],
  ['advance.yml', 'runs-on: ubuntu-latest', 'runs-on: self-hosted', 'due: runs on self-hosted'],
  [
    'advance.yml',
    '    runs-on: ubuntu-latest',
    '    env:\n      KEY: «secrets.ROUNDKEEPER_GIT_TOKEN»\n    runs-on: ubuntu-latest',
    'due: a variable for every step',
  ],
  ['advance.yml', 'persist-credentials: false', 'persist-credentials: true', 'due: leaves a token in the checkout'],
  ['advance.yml', '          persist-credentials: false\n', '', 'due: leaves a token in the checkout'],
  ['advance.yml', 'ref: «vars.ROUNDKEEPER_REF»', 'ref: «github.head_ref»', 'due: checks out what others choose'],
  ['advance.yml', 'pattern: gathered-uploads-*', 'pattern: gathered-*', 'commit: takes any artifact'],
  ['advance.yml', 'path: gathered/uploads\n', 'path: gathered/duels\n', 'commit: takes any artifact'],
  [
    'advance.yml',
    'path: gathered/uploads\n',
    'path: gathered/uploads\n          merge-multiple: true\n',
    'commit: lets artifacts write over one another',
  ],
  ['advance.yml', 'artifact-ids: «needs.judge.outputs.gathered»', 'name: gathered-duels', 'commit: takes any artifact'],
  ['advance.yml', 'artifact-ids: «needs.judge.', 'artifact-ids: «needs.gather.', 'commit: takes any artifact'],
  ['advance.yml', '          retention-days: 1\n', '', 'gather: keeps an artifact for long'],
  [
    'advance.yml',
    'shards: «vars.ROUNDKEEPER_SHARDS',
    'shards: «github.event.client_payload.shards',
    'due: reads github.event.client_payload.shards',
  ],
  ['advance.yml', '  commit:\n', '  decide:\n', 'there is no job advance.yml commit'],
  [
    'advance.yml',
    '      contents: write',
    '      contents: write\n      packages: write',
    'commit: may do {"actions":"read","contents":"write","packages":"write"}',
  ],
  [
    'build-and-push.yml',
    'run: node .github',
    'run: echo «github.ref_name» && node .github',
    'setup: an expression inside a script',
  ],
  ['build-and-push.yml', 'run: node .github', 'run: if node .github', 'setup: a script that no shell can read'],
  [
    'heartbeat.yml',
    '          repository: «vars.ROUNDKEEPER_REPOSITORY»\n',
    '',
    'heartbeat: runs what whoever may commit writes',
  ],
  ['heartbeat.yml', 'actions: write', 'contents: write', 'heartbeat: may do'],
  ['deadman.yml', 'contents: read', 'contents: write', 'deadman: may do'],
  ['pages.yml', '    permissions: {}\n', '    permissions:\n      pages: write\n', 'draw: may do {"pages":"write"}'],
  ['build-and-push.yml', 'branches: [main]', 'branches: ["**"]', 'any push'],
  ['verify.yml', 'contents: read', 'contents: write', 'verify: may do'],
]

describe('the rules for workflows', () => {
  it.each(worse)('find in %s: %j → %j', (file, from, to, said) => {
    const before = textOf(file)
    const after = before.replace(typeof from === 'string' ? spelt(from) : from, () => spelt(to))
    expect(after).not.toBe(before)
    expect(problemsOf(file, after).join('\n')).toContain(said)
  })

  const action = actions.find(({ name }) => name === 'advance')?.text ?? ''
  it.each([
    ['MODE: «inputs.mode»', 'MODE: ""', 'mode gets nowhere'],
    ['case "$MODE"', 'case "«inputs.mode»"', 'an expression inside a script'],
    ['«inputs.token»', '«github.token»', 'takes what it was not given'],
    ['«inputs.token»', '«inputs.tokn»', 'there is no input tokn'],
    ['package-manager-cache: false', 'cache: npm', 'believes a cache'],
    ['a0853c24544627f65ddf259abe73b1d18a591444 # v5.0.0', 'v5', 'is not pinned'],
    ['      shell: bash\n', '', 'a script without a shell'],
  ])('find in an action: %j → %j', (from, to, said) => {
    expect(action).toContain(spelt(from))
    expect(actionProblems(action.replace(spelt(from), () => spelt(to))).join('\n')).toContain(said)
  })
})
