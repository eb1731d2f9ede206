import { execFileSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sshIsMissing } from '../signing/ssh.ts'
import { type CliRun, roundkeeper } from '../support/cli.ts'

const withoutSsh = await sshIsMissing()

interface Result {
  status: string
  leaders: { name: string; weight: number; why: string }[]
  miners: { name: string; outcomes: string[] }[]
}

describe('demo', () => {
  let root = ''
  let first: CliRun

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'roundkeeper-demo-test-'))
    first = await roundkeeper('demo', '--dir', join(root, 'first'), '--seed', '5', '--json')
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  const result = () => JSON.parse(first.stdout) as Result

  it('plays to FINISHED', () => {
    expect(first.stderr).toBe('')
    expect(first.code).toBe(0)
    expect(result().status).toBe('finished')
  })

  it('changes the crown and defends it with decay', () => {
    const reasons = result().leaders.map(({ why }) => why)
    expect(reasons.filter((why) => why === 'took over').length).toBeGreaterThan(0)
    const defended = result().leaders.findIndex(({ why }) => why === 'defended, with decay')
    expect(result().leaders[defended]?.weight).toBe(0.8)
  })

  it('finds out the cheat, and gives everybody what they earned', () => {
    const outcomes = Object.fromEntries(result().miners.map(({ name, outcomes }) => [name, outcomes]))
    expect(outcomes.mirage?.[0]).toBe('failed its audit')
    expect(outcomes.echo?.[0]).toBe('copy of granite')
    expect(outcomes.rubble?.[0]).toBe('-1.00 against the leader')
    expect(outcomes.tardy).toEqual(['-', '-1.00 against the leader', '-'])
  })

  it('leaves a repository that stock git reads, and that replays equal', async () => {
    const repo = join(root, 'first', 'state.git')
    expect(execFileSync('git', ['-C', repo, 'fsck', '--strict'], { encoding: 'utf8' })).toBe('')
    const replayed = await roundkeeper('replay', join(root, 'first'), '--json')
    expect(replayed.code).toBe(0)
    const { rounds } = JSON.parse(replayed.stdout) as { rounds: Record<string, { equal: boolean | null }>[] }
    expect(rounds).toHaveLength(3)
    for (const round of rounds) {
      for (const key of ['submissions', 'seed', 'prompts', 'qualified', 'timeline', 'audits', 'winner', 'leader']) {
        expect(round[key]?.equal, key).toBe(true)
      }
    }
  })

  it.skipIf(withoutSsh)('is signed, every commit of it, says stock git', async () => {
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', join(root, 'first', 'state.git'), ...args], { encoding: 'utf8', stdio: 'pipe' })
    const list = join(root, 'allowed')
    await writeFile(list, git('show', 'main:policy/allowed_signers'))
    git('-c', `gpg.ssh.allowedSignersFile=${list}`, 'verify-commit', ...git('rev-list', 'main').trim().split('\n'))
  })

  it('serves real models whose previews are real pictures', async () => {
    const repo = join(root, 'first', 'state.git')
    const git = (...args: string[]) => execFileSync('git', ['-C', repo, ...args], { encoding: 'utf8' })
    const paths = git('ls-tree', '-r', '--name-only', 'main', 'rounds/0').split('\n')
    type Outputs = Record<string, { glb_sha256?: string; png_sha256?: string }>
    const [output] = paths
      .filter((name) => /5.*submitted\.json$/.test(name))
      .flatMap((path) => Object.values(JSON.parse(git('show', `main:${path}`)) as Outputs))
      // Somebody serves broken files, which have no preview.
      .filter(({ png_sha256 }) => png_sha256 !== undefined)
    const read = (sha: string, extension: string) =>
      readFile(join(root, 'first', 'store', 'sha256', sha.slice(0, 2), `${sha}.${extension}`))
    expect((await read(output?.glb_sha256 ?? '', 'glb')).subarray(0, 4).toString()).toBe('glTF')
    expect((await read(output?.png_sha256 ?? '', 'png')).subarray(1, 4).toString()).toBe('PNG')
  })

  it('leaves a gallery to look at', async () => {
    expect(
      (await readFile(join(root, 'first', 'gallery', 'index.html'), 'utf8')).match(/<img/g)?.length,
    ).toBeGreaterThan(9)
  })

  it('refuses a folder that holds something else', async () => {
    const refused = await roundkeeper('demo', '--dir', join(root, 'first'), '--seed', '6')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toMatch(/where {2}.*first[\s\S]*do {5}.*empty folder/)
  })
})
