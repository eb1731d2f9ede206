import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Dialogue } from '../../src/cli/dialogue.ts'
import { askForAnswers, type Probe } from '../../src/cli/init-answers.ts'
import { makeFolder } from '../../src/cli/init-folder.ts'
import type { Planned } from '../../src/cli/init-found.ts'
import { type Answers, questions } from '../../src/cli/init-questions.ts'
import { nextSteps } from '../../src/cli/init-told.ts'
import { readSettings } from '../../src/cli/operator-settings.ts'
import { RoundkeeperError } from '../../src/errors.ts'
import { type Config, files } from '../../src/state/index.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { roundkeeper } from '../support/in-process-cli.ts'
import { atTerminal, pythonIsMissing } from '../support/terminal.ts'

const template = fileURLToPath(new URL('../../state-template/', import.meta.url))
const root = temporaryFolder()
const at = (...path: string[]) => join(root(), ...path)
const urls = (count: number) => Array.from({ length: count }, (_, i) => `https://prompts.test/p${i}.png`)
let config: Config

beforeAll(async () => {
  config = files.config.parse(await readFile(join(template, 'config.json'), 'utf8'), 'config.json')
  await writeFile(at('prompts.txt'), `${urls(128).join('\n')}\n`)
})
const init = (folder: string, ...more: string[]) =>
  roundkeeper('init', at(folder), '--prompts', at('prompts.txt'), ...more)
const show = (folder: string, path: string) =>
  execFileSync('git', ['-C', at(folder, 'state.git'), 'show', `main:${path}`], { encoding: 'utf8' })

describe('init, told by options', () => {
  it('writes what they say into the configuration and the settings, names secrets only, and says what is next', async () => {
    const { code, stdout, stderr } = await init(
      'all',
      ...['--name', 'mesh', '--artifact', 'ply', '--netuid', '7', '--prompts-per-round', '16', '--win-margin', '0.25'],
      ...['--throne', 'significant', '--first-date', '2099-01-01', '--start-time', '09:30', '--round-days', '2'],
      ...[
        '--generation-minutes',
        '90',
        '--judge',
        'https://vlm.test/v1',
        '--judge-model',
        'm',
        '--judge-key-env',
        'VLM',
      ],
      ...[
        '--providers',
        'Targon, local',
        '--repo',
        'https://git.test/o/n.git',
        '--operator',
        'Ada <ada@x.test>',
        '--notify',
        'discord, webhook',
        '--json',
      ],
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(files.config.parse(show('all', 'config.json'), '')).toEqual({
      ...config,
      ...{ name: 'mesh', netuid: 7, prompts_per_round: 16, carryover_prompts: 4, win_margin: 0.25 },
      ...{ first_evaluation_date: '2099-01-01', round_start_time: '09:30', round_duration_days: 2 },
      generation_stage_minutes: 90,
      settings: { ...config.settings, artifact: 'ply' },
      judging: { ...config.judging, throne: 'significant' },
    })
    expect(await readSettings(at('all'))).toMatchObject({
      repo: 'https://git.test/o/n.git',
      judge: { kind: 'penalty', model: 'm', endpoints: [{ url: 'https://vlm.test/v1', api_key_env: 'VLM' }] },
      pods: { providers: ['targon', 'local'] },
      notifications: [{ kind: 'discord' }, { kind: 'webhook' }],
      operator: { name: 'Ada', email: 'ada@x.test', signing_key: 'keys/operator' },
    })
    expect(show('all', 'policy/allowed_signers')).toMatch(/^ada@x\.test namespaces="git" ssh-ed25519 /m)
    const made = JSON.parse(stdout)
    expect(made).toMatchObject({
      competition: 'mesh',
      closes: '2099-01-01T09:30:00Z',
      prompts: { count: 128, sha256: createHash('sha256').update(show('all', 'prompts.txt')).digest('hex') },
      environment: [
        'ROUNDKEEPER_GIT_TOKEN',
        'VLM',
        'ROUNDKEEPER_DISCORD_WEBHOOK',
        'ROUNDKEEPER_WEBHOOK',
        'TARGON_API_KEY',
      ],
      throne: { summary: expect.stringMatching(/^luck crowns one of 20 equals in [\d.]+ % of rounds; /) },
    })
    expect(made.next[0].command).toBe(`git -C ${at('all', 'state.git')} push https://git.test/o/n.git main`)
    expect(made.next.map(({ command }: { command: string }) => command)).toContain(
      `roundkeeper doctor --dir ${at('all')}`,
    )
  })

  it('copies the whole template, and puts the digest of the pool beside it, as sha256sum checks it', async () => {
    expect(await init('whole')).toMatchObject({ code: 0, stderr: '' })
    const listed = execFileSync('git', ['-C', at('whole/state.git'), 'ls-tree', '-r', '--name-only', 'main'], {
      encoding: 'utf8',
    })
    const entries = await readdir(template, { recursive: true, withFileTypes: true })
    const expected = entries
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name).slice(template.length))
    expect(listed.split('\n')).toEqual(expect.arrayContaining([...expected, 'policy/paths.json', 'prompts.sha256']))
    expect(JSON.parse(show('whole', 'config.json')).name).toBe('whole')
    await writeFile(at('prompts.sha256'), show('whole', 'prompts.sha256'))
    expect(execFileSync('sha256sum', ['-c', 'prompts.sha256'], { cwd: root(), encoding: 'utf8' })).toBe(
      'prompts.txt: OK\n',
    )
  })

  it('tells all that it cannot mean at once, by the names of the options', async () => {
    const { code, stderr } = await init(
      'not',
      ...['--artifact', 'obj', '--netuid', '1.5', '--throne', 'nice', '--providers', 'aws', '--operator', 'bob'],
      ...[
        '--repo',
        'git@github.com:a/b',
        '--judge',
        'https://key@vlm.test/v1',
        '--first-date',
        'soon',
        '--store',
        's3:///x',
      ],
    )
    expect(code).toBe(1)
    const named = [...stderr.matchAll(/^ {2}(--[\w-]+): .* Expected|^ {2}(--[\w-]+): /gm)].map(([, a, b]) => a ?? b)
    expect(named.sort()).toEqual([
      ...['--artifact', '--first-date', '--judge', '--judge-model', '--netuid', '--operator', '--providers', '--repo'],
      ...['--store', '--throne'],
    ])
    expect((await init('not', '--win-margin', '3')).stderr).toMatch(
      /--win-margin: found 3, expected a fraction above 0/,
    )
    expect((await init('not', '--operator', 'X <engine@not>')).stderr).toContain('another address')
    expect((await init('not', '--repo', 'github:o/n', '--sign')).stderr).toContain('nobody can sign')
    expect(existsSync(at('not'))).toBe(false)
  })

  it('keeps a competition through GitHub’s API unsigned, unless told otherwise', async () => {
    const { stdout } = await init('api', '--repo', 'github:o/n', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ keys: null, kept_in: 'github:o/n' })
    expect(await readSettings(at('api'))).not.toHaveProperty('signing_key')
  })

  it('says where objects are for anybody, and how GitHub’s machines get to know it all', async () => {
    expect(await init('served', '--store-url', 'https://cdn.test/mesh')).toMatchObject({ code: 0 })
    expect((await readSettings(at('served'))).store).toEqual({ folder: 'store', base_url: 'https://cdn.test/mesh' })
    const settings = {
      ...{ repo: 'github:o/n', store: { s3: { bucket: 'b', prefix: 'mesh' } }, notifications: [{ kind: 'discord' }] },
      chain: { kind: 'bittensor', endpoint: 'finney' },
    }
    const steps = nextSteps({ settings, answers: {}, dir: '/srv/mine' } as unknown as Planned, 'my mine')
    const gh = steps.map(({ command }) => command).filter((command) => command.startsWith('gh '))
    expect(gh).toEqual([
      'gh variable set ROUNDKEEPER_REPOSITORY --repo o/n --body OWNER/ENGINE',
      'gh variable set ROUNDKEEPER_REF --repo o/n --body COMMIT_OF_THE_ENGINE',
      "gh variable set ROUNDKEEPER_SETTINGS --repo o/n < 'my mine/roundkeeper.json'",
      'gh secret set ROUNDKEEPER_STORE_KEY_ID --repo o/n',
      'gh secret set ROUNDKEEPER_STORE_KEY_SECRET --repo o/n',
      'gh secret set ROUNDKEEPER_DISCORD_WEBHOOK --repo o/n',
    ])
    // What they are told to set is what they look for.
    const workflow = await readFile(join(template, '.github/workflows/advance.yml'), 'utf8')
    for (const command of gh) expect(workflow).toContain(command.split(' ')[3])
  })

  it('takes no previews smaller than renderers draw', async () => {
    const settings = { ...config.settings, preview_size: 31 }
    await writeFile(at('small.json'), files.config.serialise({ ...config, settings }))
    const { stderr } = await init('small', '--config', at('small.json'))
    expect(stderr).toContain('settings.preview_size: found 31, expected a whole number from 32 to 1024')
  })

  it('reads pools as people save them, and no others', async () => {
    await writeFile(at('windows.txt'), `\uFEFF${urls(128).join('\r\n')}\r\n\r\n  `)
    const pool = (file: string, folder: string) => roundkeeper('init', at(folder), '--prompts', at(file))
    expect(await pool('windows.txt', 'windows')).toMatchObject({ code: 0 })
    expect(show('windows', 'prompts.txt')).toBe(`${urls(128).join('\n')}\n`)
    await writeFile(at('huge.txt'), '')
    await truncate(at('huge.txt'), 100 * 2 ** 20)
    expect((await pool('huge.txt', 'huge')).stderr).toContain('has 104857600 bytes, and a pool 16777216 at most')
    await writeFile(at('picture.txt'), Buffer.from([0xff, 0xd8, 0xff]))
    expect((await pool('picture.txt', 'picture')).stderr).toContain('is no text in UTF-8')
    expect((await pool('', 'folder')).stderr).toContain('is no file')
    await writeFile(at('twice.txt'), [...urls(128), urls(1)].join('\n'))
    expect((await pool('twice.txt', 'twice')).stderr).toMatch(
      /prompts: prompt 129: .* expected a file name that no other has/,
    )
  })

  it('writes over nothing, and leaves nothing half-made', async () => {
    await mkdir(at('full'))
    await writeFile(at('full/notes.txt'), 'mine')
    expect((await init('full')).stderr).toContain('is not empty')
    expect(await readdir(at('full'))).toEqual(['notes.txt'])
    const failing = makeFolder(at('deep/er'), async (staging) => {
      await writeFile(join(staging, 'state.git'), '')
      throw new Error('the disk is full')
    })
    await expect(failing).rejects.toThrow('the disk is full')
    expect(existsSync(at('deep'))).toBe(false)
    await mkdir(at(`busy/.founding-${process.pid}-abc`), { recursive: true })
    expect((await init('busy')).stderr).toContain('another `init` is at work')
    // Of one that was killed.
    await mkdir(at('killed/.founding-abc/keys'), { recursive: true })
    expect(await init('killed')).toMatchObject({ code: 0 })
    expect((await readdir(at('killed'))).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('never asks where nobody is', async () => {
    const { code, stderr } = await roundkeeper('init', at('nobody'))
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining("'--prompts <file>'") })
  })
})

/** Somebody who says these lines, and nothing after them. */
function somebody(...lines: string[]) {
  const said: string[] = []
  const dialogue: Dialogue = {
    say: (text) => void said.push(text),
    async ask(question) {
      said.push(question)
      const line = lines.shift()
      if (line !== undefined) return line
      throw new RoundkeeperError('aborted', 'nothing was made')
    },
    stopped: new Promise<never>(() => undefined),
  }
  return { dialogue, said, left: lines }
}

describe('init, asking', () => {
  const believing: Probe = async () => undefined
  const ask = (given: Answers, who: ReturnType<typeof somebody>, probe = believing) =>
    askForAnswers(given, { config, now: new Date('2026-05-01T00:00:00Z') }, who.dialogue, probe)

  it('takes what is usual for an empty answer, asks only what makes sense, and nothing that an option says', async () => {
    const who = somebody(...Array<string>(30).fill(''))
    const answers = await ask({ prompts: at('prompts.txt'), name: 'mesh' }, who)
    expect(answers).toMatchObject({ chain: 'clock', firstDate: '2026-05-01', operator: 'Operator <operator@mesh>' })
    expect(who.said.join('\n')).not.toMatch(/netuid|pool of prompts|Name of/)
    expect(who.said.join('\n')).toMatch(/^ {2}luck crowns one of 20 equals/m)
    const onChain = await ask(
      {
        prompts: at('prompts.txt'),
        store: 's3://models',
        chain: 'finney',
        judge: 'https://vlm.test/v1',
        judgeModel: 'm',
      },
      somebody(...Array<string>(30).fill('')),
    )
    expect(Object.keys(onChain).sort()).toEqual(questions.map(({ name }) => name).sort())
  })

  it('says at once what is wrong with an answer, and asks again', async () => {
    const {
      prompts,
      promptsPerRound: _,
      ...others
    } = await ask({ prompts: at('prompts.txt') }, somebody(...Array<string>(30).fill('')))
    const who = somebody('', at('nowhere.txt'), prompts ?? '', 'many', '0', '8')
    expect(await ask(others, who)).toMatchObject({ promptsPerRound: '8' })
    expect(who.left).toEqual([])
    const told = who.said.filter((line) => line.startsWith('  '))
    expect(told).toEqual([
      '  This one has no usual answer.',
      expect.stringMatching(/nowhere\.txt cannot be read\. Name a file that is there\.$/),
      expect.stringMatching(/^ {2}128 prompts, sha256 [0-9a-f]{64}$/),
      '  Expected a whole number.',
      expect.stringMatching(/^ {2}Expected a whole number from 1 on\. /),
    ])
  })

  it('tries what leads elsewhere, and asks again where nobody is', async () => {
    const who = somebody('finney', 'test', ...Array<string>(30).fill(''))
    const dead: Probe = async (name, { chain }) => {
      if (name === 'chain' && chain === 'finney')
        throw new RoundkeeperError('unavailable', 'no node answers', { hint: 'Name another one.' })
    }
    expect(await ask({ name: 'mesh', prompts: at('prompts.txt'), artifact: 'glb' }, who, dead)).toMatchObject({
      chain: 'test',
    })
    expect(who.said).toContain('  no node answers. Name another one.')
  })

  it.skipIf(pythonIsMissing())('makes what was answered at a terminal, and nothing when it is stopped', async () => {
    // Where our own tests run unattended, nobody would be asked.
    vi.stubEnv('CI', undefined)
    onTestFinished(() => void vi.unstubAllEnvs())
    // All questions but these are answered, whichever there are.
    const open = ['name', 'promptsPerRound', 'winMargin', 'operator']
    const given = { prompts: at('prompts.txt') }
    const options = questions.flatMap((question) => {
      const usual = question.name === 'prompts' ? given.prompts : question.usual(given, { config, now: new Date() })
      const isAsked = open.includes(question.name) || question.applies?.(given) === false || usual === undefined
      return isAsked ? [] : [question.flag.split(' ')[0] ?? '', usual]
    })
    const asked = (folder: string, ...steps: [string, string][]) => atTerminal(steps, 'init', at(folder), ...options)
    const [{ code, screen }, stopped] = await Promise.all([
      asked(
        'typed',
        ['[typed]: ', 'vases\r'],
        ['[128]: ', '2 000\r'],
        ['Expected', '64\r'],
        ['[0.05]: ', '\r'],
        ['[Operator <operator@vases>]: ', '\r'],
        ['New keys', '\r'],
        ['Make it?', 'yes\r'],
      ),
      asked('stopped', ['[stopped]: ', 'x\r'], ['[128]: ', '\x03']),
    ])
    expect(code, screen).toBe(0)
    expect(screen).toMatch(/^vases is open in /m)
    expect(show('typed', 'config.json')).toMatch(/"prompts_per_round": 64/)
    expect(stopped.code, stopped.screen).toBe(1)
    expect(stopped.screen).toContain('nothing was made')
    expect(existsSync(at('stopped'))).toBe(false)
  })
})
