import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'

const ACTION = resolve('.github/actions/advance')

it('whoever gathers leaves the settings of a folder that outlives the job as they are', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'roundkeeper-gather-'))
  try {
    const server = join(dir, 'server', 'owner')
    await mkdir(server, { recursive: true })
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: server, encoding: 'utf8' })
    git('init', '--quiet', '--initial-branch=main', 'name')
    git('-C', 'name', 'commit', '--quiet', '--allow-empty', '--message=Begin')
    // It gets no further than to its settings.
    const settings = '{"repo": "github:owner/name", "signing_key": "keys/engine", "nobody": "knows this"}'
    await writeFile(join(dir, 'roundkeeper.json'), settings)
    const { status } = spawnSync('bash', [join(ACTION, 'gather.sh')], {
      env: {
        ...{ PATH: process.env.PATH, HOME: dir, RUNNER_TEMP: dir, GITHUB_ACTION_PATH: ACTION, DIR: dir },
        ...{ GITHUB_SERVER_URL: join(dir, 'server'), OUT: join(dir, 'out'), SHARD: '', KINDS: '', MAX_MINUTES: '1' },
        ...{ GITHUB_REPOSITORY: 'owner/name', GITHUB_RUN_ID: '1' },
      },
    })
    expect(status).not.toBe(0)
    expect(await readFile(join(dir, 'roundkeeper.json'), 'utf8')).toBe(settings)
  } finally {
    await rm(dir, { recursive: true })
  }
})
