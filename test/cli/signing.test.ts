import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeKeyFiles } from '../../src/signing/key-file.ts'
import { PrivateKey } from '../../src/signing/private-key.ts'
import { files } from '../../src/state/index.ts'
import { gitIsMissing } from '../repo/support.ts'
import { sshIsMissing } from '../signing/ssh.ts'
import { roundkeeper } from '../support/in-process-cli.ts'

const missing = (await gitIsMissing()) || (await sshIsMissing())
const template = new URL('../../state-template/config.json', import.meta.url)

describe.skipIf(missing)('signing, at the command line', () => {
  let root = ''
  let dir = ''
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', join(dir, 'state.git'), ...args], { encoding: 'utf8', stdio: 'pipe' })
  const init = (folder: string, ...more: string[]) =>
    roundkeeper('init', folder, '--prompts', join(root, 'prompts.txt'), '--config', join(root, 'config.json'), ...more)
  /** Runs something with the engine's key elsewhere than in its file. */
  const withoutKeyFile = async <T>(act: (key: string) => Promise<T>): Promise<T> => {
    const [here, there] = [join(dir, 'keys/engine'), join(root, 'engine-key')]
    await rename(here, there)
    try {
      return await act(there)
    } finally {
      await rename(there, here)
    }
  }
  const withEnvironment = async <T>(name: string, value: string, act: () => Promise<T>): Promise<T> => {
    process.env[name] = value
    try {
      return await act()
    } finally {
      delete process.env[name]
    }
  }

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'roundkeeper-signing-'))
    dir = join(root, 'competition')
    await writeFile(join(root, 'prompts.txt'), 'https://example.com/vase.png\nhttps://example.com/cup.png\n')
    const config = files.config.parse(await readFile(template, 'utf8'), 'config.json')
    await writeFile(
      join(root, 'config.json'),
      files.config.serialise({ ...config, prompts_per_round: 2, carryover_prompts: 1 }),
    )
    expect(await init(dir, '--name', 'tiny', '--json')).toMatchObject({ code: 0, stderr: '' })
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  it('a competition is founded signed, and everybody signs as themselves', async () => {
    expect((await roundkeeper('pause', '--dir', dir, '--reason', 'a test')).code).toBe(0)
    const list = git('show', 'main:policy/allowed_signers')
    expect(list.endsWith('\n'), 'a line can be added with >>').toBe(true)
    await writeFile(join(root, 'allowed'), list)
    const commits = git('rev-list', 'main').trim().split('\n')
    expect(commits).toHaveLength(2)
    git('-c', `gpg.ssh.allowedSignersFile=${join(root, 'allowed')}`, 'verify-commit', ...commits)
    expect(git('log', '--format=%ce %ae', 'main').trim().split('\n')).toEqual(
      Array(2).fill('operator@tiny operator@tiny'),
    )
    for (const key of ['engine', 'operator']) expect((await stat(join(dir, 'keys', key))).mode & 0o777).toBe(0o600)
    const verified = await roundkeeper('verify', dir, '--json')
    expect(verified.code).toBe(0)
    expect(JSON.parse(verified.stdout).findings.map(({ code }: { code: string }) => code)).toEqual(['intervention/act'])
  })

  it('or founded without keys, when told to', async () => {
    const other = join(root, 'unsigned')
    expect((await init(other, '--no-sign')).stdout).not.toContain('keys')
    await expect(stat(join(other, 'keys'))).rejects.toThrow('ENOENT')
    expect(
      execFileSync('git', ['-C', join(other, 'state.git'), 'ls-tree', 'main', 'policy'], { encoding: 'utf8' }),
    ).toBe('')
  })

  it('the engine’s key comes from a file, or by the environment as a file or as text', async () => {
    expect((await roundkeeper('resume', '--dir', dir, '--reason', 'a test')).code).toBe(0)
    await withoutKeyFile(async (key) => {
      const text = await readFile(key, 'utf8')
      const advance = () => roundkeeper('advance', '--dir', dir)
      expect(await withEnvironment('ROUNDKEEPER_SIGNING_KEY_FILE', key, advance)).toMatchObject({ code: 0 })
      expect(await withEnvironment('ROUNDKEEPER_SIGNING_KEY', text, advance)).toMatchObject({ code: 0 })
    })
  })

  it('without its key, or with one that is not on the list, the engine does nothing at all', async () => {
    const head = git('rev-parse', 'main')
    const settings = await readFile(join(dir, 'roundkeeper.json'), 'utf8')
    const { signing_key: _, ...keyless } = JSON.parse(settings)
    await writeFile(join(dir, 'roundkeeper.json'), JSON.stringify(keyless))
    const run = await roundkeeper('advance', '--dir', dir)
    await writeFile(join(dir, 'roundkeeper.json'), settings)
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('no key to sign with')
    expect(run.stderr).toContain('signing_key')
    await writeKeyFiles(join(root, 'stranger'), PrivateKey.generate(), 'engine@tiny')
    const advance = () => roundkeeper('advance', '--dir', dir)
    const other = await withEnvironment('ROUNDKEEPER_SIGNING_KEY_FILE', join(root, 'stranger'), advance)
    expect(other.code).toBe(1)
    expect(other.stderr).toContain('is not on the list')
    expect(git('rev-parse', 'main')).toBe(head)
  })

  it.skipIf(process.platform === 'win32')(
    'a key that others can read is refused, and no key is ever shown',
    async () => {
      const file = join(dir, 'keys/engine')
      const secret = (await readFile(file, 'utf8')).split('\n').slice(1, -2)
      const shown: string[] = []
      await chmod(file, 0o644)
      const loose = await roundkeeper('advance', '--dir', dir)
      await chmod(file, 0o600)
      expect(loose.code).toBe(1)
      expect(loose.stderr).toContain(`chmod 600 ${file}`)
      shown.push(loose.stderr, loose.stdout)
      const damaged = (await readFile(file, 'utf8')).replace('b3Bl', 'b3Bk')
      const advance = () => roundkeeper('--debug', 'advance', '--dir', dir)
      const run = await withEnvironment('ROUNDKEEPER_SIGNING_KEY', damaged, advance)
      expect(run.code).toBe(1)
      expect(run.stderr).toContain('not a signing key')
      shown.push(run.stderr, run.stdout)
      for (const line of secret) for (const each of shown) expect(each).not.toContain(line)
    },
  )

  it('keygen makes a key that ssh-keygen reads, says what to do with it, and writes over nothing', async () => {
    const file = join(root, 'a key')
    const { stdout } = await roundkeeper('keygen', '--out', file, '--name', 'maria@x', '--json')
    const made = JSON.parse(stdout)
    expect(made).toMatchObject({ file, public_file: `${file}.pub`, principal: 'maria@x' })
    expect(made.allowed_signers).toMatch(/^maria@x namespaces="git" ssh-ed25519 AAAA\S+$/)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim()).toBe(made.public_key)
    const before = await readFile(file, 'utf8')
    expect(stdout).not.toContain(before.split('\n')[2])
    const again = await roundkeeper('keygen', '--out', file)
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('is there already')
    expect(await readFile(file, 'utf8')).toBe(before)
    expect((await roundkeeper('keygen', '--out', join(root, 'fourth'), '--name', 'a b')).code).toBe(2)
    await expect(stat(join(root, 'fourth'))).rejects.toThrow('ENOENT')
  })
})
