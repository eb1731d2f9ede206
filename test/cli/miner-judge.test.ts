import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeCommand } from '../../src/cli/miner-judge.ts'
import { files } from '../../src/state/files.ts'
import { inProcess, original } from '../support/in-process-cli.ts'
import { CLOSE, type Disc, disc, FAR, grid, png, WANTED } from '../support/vlm/pictures.ts'
import { startVlmServer } from '../support/vlm/server.ts'

let dir = ''
const at = (...names: string[]) => join(dir, ...names)
const stems = ['bowl', 'cup.v2', 'jug', 'vase']

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-miner-judge-'))
  for (const folder of ['prompts', 'theirs', 'mine']) await mkdir(at(folder))
  const write = async (path: string, shown: Disc) => writeFile(path, await png(grid(disc(shown))))
  for (const [i, stem] of stems.entries()) {
    await writeFile(at('prompts', `${stem}.png`), await png(disc({ ...WANTED, red: WANTED.red - i }, 64)))
    await write(at('theirs', `${stem}.png`), i === 0 ? CLOSE : FAR)
    if (stem !== 'vase') await write(at('mine', `${stem}.png`), CLOSE)
  }
  await writeFile(at('prompts.txt'), `${stems.map((stem) => `prompts/${stem}.png`).join('\n')}\n\n`)
  const prompts = stems.map((stem) => ({ stem, image_url: at('prompts', `${stem}.png`) }))
  await writeFile(at('prompts.json'), JSON.stringify({ prompts, seed: 7 }))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const judge = (...args: string[]) => inProcess(judgeCommand('miner').option('--json', ''), ...args)
const sides = () => ['--image-dir-1', at('theirs'), '--image-dir-2', at('mine')]
const asked = () => ['--prompt-file', at('prompts.txt'), ...sides(), '--seed', '7']

describe('miner judge', () => {
  it('judges without an account, and writes what a round would have on record', async () => {
    const run = await judge(...asked(), '--judge', 'offline', '--output-dir', at('offline'), '--json')
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(run.stdout)).toMatchObject({
      ...{ success: true, output_file: at('offline', 'duels.json'), left: 'theirs', right: 'mine', duels: 4 },
      // The one that is missing is lost, as in a round; equal pictures are a draw.
      ...{ left_wins: 1, draws: 1, right_wins: 2, void: 0, score: 1, margin: 0.25, passes: true, win_margin: 0.05 },
    })
    expect(run.stderr).toContain('vase has no preview in --image-dir-2')
    const report = files.duels.parse(await readFile(at('offline', 'duels.json'), 'utf8'), 'duels.json')
    expect(report.duels.map(({ name, winner }) => `${name} ${winner}`)).toEqual([
      'bowl draw',
      'cup.v2 right',
      'jug right',
      'vase left',
    ])
    expect(report).toMatchObject({ margin: 0.25, judge: 'offline-similarity/1' })
    const people = await judge(...asked(), '--judge', 'offline', '--output-dir', at('offline'), '--win-margin', '0.5')
    expect(people.stdout).toMatch(
      /^mine against theirs: margin \+0\.2500, not enough at 0\.5\n2 won, 1 drawn, 1 lost, by /,
    )
  })

  it('asks a model, nothing twice, and goes on where it was stopped', async () => {
    await using server = await startVlmServer({ fails: 0 })
    const args = [
      ...asked(),
      '--endpoint',
      `${server.url.replace(/\/v1$/, '')}/`,
      '--output-file',
      at('vlm', 'out.json'),
    ]
    const first = await judge(...args, '--concurrency', '4', '--json')
    expect(first, first.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(first.stdout)).toMatchObject({
      right_wins: 2,
      left_wins: 1,
      judge: expect.stringMatching(/^vlm-penalty/),
    })
    const { size } = server.answered
    expect(size).toBeGreaterThan(0)
    await rm(at('vlm', 'out.json'))
    expect((await judge(...args, '--json')).stdout).toBe(first.stdout)
    expect([...server.asked.values()].every((times) => times === 1)).toBe(true)
    expect(server.answered.size).toBe(size)
    // Another picture is another question.
    await writeFile(at('mine', 'jug.png'), await png(grid(disc({ ...CLOSE, red: 200 }))))
    expect((await judge(...args, '--json')).code).toBe(0)
    expect(server.answered.size).toBe(size + 2)
  })

  it.each([
    ['who judges', [], 'who judges?'],
    ['an endpoint', ['--judge', 'penalty'], 'has no endpoint'],
    ['a judge that can be', ['--endpoint', 'ftp://x'], 'http(s) URL'],
  ])('says when it is not told %s', async (_, args, words) => {
    const run = await judge(...asked(), ...args, '--json')
    expect(run.code).toBe(2)
    expect(JSON.parse(run.stdout)).toMatchObject({ success: false, error: expect.stringContaining(words) })
  })

  it.each([
    ['a prompt whose name is no key', '7.png\n', 'no usable name'],
    ['two of one name', 'prompts/jug.png\nother/jug.png\n', 'no usable name'],
    ['a picture that is not there', 'prompts/nothing.png\n', 'no prompt image'],
    ['no prompt', '\n', 'names no prompt'],
  ])('names %s', async (_, text, words) => {
    await writeFile(at('odd.txt'), text)
    const run = await judge('--prompt-file', at('odd.txt'), ...sides(), '--seed', '7', '--judge', 'offline', '--json')
    expect(run.code).not.toBe(0)
    expect(JSON.parse(run.stdout)).toMatchObject({ success: false, error: expect.stringContaining(words) })
  })
})

describe('404-cli judge', () => {
  it('writes and prints what the original does: outcomes by prompt, without those that a side lacks', async () => {
    const run = await original('judge', ...asked(), '--judge', 'offline', '--output-file', at('v1', 'duels.json'))
    expect(run, run.stderr).toMatchObject({
      code: 0,
      stdout: `{"success": true, "output_file": "${at('v1', 'duels.json')}"}\n`,
      stderr: expect.stringContaining('WARNING: vase has no preview'),
    })
    const duels = JSON.parse(await readFile(at('v1', 'duels.json'), 'utf8')) as Record<string, unknown>
    expect(duels).toEqual({
      bowl: { outcome: 0, issues: expect.any(String) },
      'cup.v2': { outcome: 1, issues: expect.any(String) },
      jug: { outcome: 1, issues: expect.any(String) },
    })
  })

  it('does so for the newer one: a file a duel, and one with all', async () => {
    const out = at('v2')
    const run = await original(
      'judge',
      '--prompts-json',
      at('prompts.json'),
      ...sides(),
      '--judge',
      'offline',
      '--output-dir',
      out,
    )
    expect(run, run.stderr).toMatchObject({ code: 0, stdout: `{"success": true, "output_dir": "${out}"}\n` })
    const vase = JSON.parse(await readFile(join(out, 'vase.json'), 'utf8')) as object
    expect(vase).toMatchObject({ stem: 'vase', winner: 'left', detail: { issues: expect.any(String) } })
    const { results } = JSON.parse(await readFile(join(out, 'duels.json'), 'utf8')) as { results: object[] }
    expect(results).toHaveLength(4)
    expect(results).toContainEqual(vase)
  })

  it('asks in stages where the newer one does', async () => {
    await using server = await startVlmServer()
    const args = ['--prompts-json', at('prompts.json'), ...sides(), '--output-dir', at('stages')]
    const run = await original('judge', ...args, '--endpoint', server.url, '--concurrency', '8')
    expect(run, run.stderr).toMatchObject({ code: 0 })
    expect(server.bodies[0]?.model).toBe('glm-4.6v-flash')
    const cup = JSON.parse(await readFile(at('stages', 'cup.v2.json'), 'utf8')) as object
    expect(cup).toMatchObject({ stem: 'cup.v2', winner: 'right' })
  })

  it('fails with one object and code 1', async () => {
    const run = await original('judge', ...asked(), '--judge', 'offline', '--image-dir-1', at('nowhere'))
    expect(run).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^\{"success": false, "error": "there is no folder/),
    })
  })
})
