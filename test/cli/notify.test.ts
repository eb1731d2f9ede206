import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { files } from '../../src/state/index.ts'
import { startGithubIssues } from '../support/github-issues.ts'
import { roundkeeperWith } from '../support/in-process-cli.ts'
import { startWebhooks } from '../support/webhooks.ts'

const template = fileURLToPath(new URL('../../state-template/config.json', import.meta.url))

describe('notify', () => {
  let root = ''
  let dir = ''
  const run = (env: Record<string, string>, ...args: string[]) => roundkeeperWith({ env }, ...args)
  const settings = async (change: Record<string, unknown>) => {
    const path = join(dir, 'roundkeeper.json')
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }))
  }

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'roundkeeper-notify-'))
    dir = join(root, 'competition')
    await writeFile(join(root, 'prompts.txt'), 'https://example.com/vase.png\nhttps://example.com/cup.png\n')
    const config = files.config.parse(await readFile(template, 'utf8'), 'config.json')
    const small = { ...config, prompts_per_round: 2, carryover_prompts: 1 }
    await writeFile(join(root, 'config.json'), files.config.serialise(small))
    const given = ['--prompts', join(root, 'prompts.txt'), '--config', join(root, 'config.json')]
    expect(await run({}, 'init', dir, '--no-sign', '--yes', ...given)).toMatchObject({ code: 0 })
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  it('says that nobody is to be told, and what a setting that will not do lacks', async () => {
    const nobody = await run({}, 'notify', 'test', '--dir', dir)
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('notifications') })
    const wrong = [
      [{ kind: 'irc' }, 'a notification: '],
      [{ kind: 'discord', url: 'https://secret' }, 'unknown field'],
      [{ kind: 'slack', url_env: 'https://x' }, 'the name of an environment variable'],
      [{ kind: 'discord', events: ['crowns'] }, 'at least one of stage, crown'],
      [{ kind: 'github-issue', events: ['crown'] }, 'an issue shows what lasts'],
      [{ kind: 'github-issue', repository: 'github:a/b' }, 'OWNER/NAME'],
    ] as const
    for (const [notification, said] of wrong) {
      await settings({ notifications: [notification] })
      expect((await run({}, 'notify', 'test', '--dir', dir)).stderr).toContain(said)
    }
  })

  it('tells everybody who can be told, names the others, and prints what would be told', async () => {
    await using hooks = await startWebhooks()
    await using github = await startGithubIssues({ token: 'hush-hush' })
    await settings({
      notifications: [
        { kind: 'discord' },
        { kind: 'slack', url_env: 'NOT_SET' },
        { kind: 'webhook', url_env: 'MINE' },
        { kind: 'github-issue', repository: 'Owner/competition' },
      ],
    })
    const env = {
      ...{ ROUNDKEEPER_DISCORD_WEBHOOK: `${hooks.url}/discord`, MINE: 'ftp://nowhere', NOT_SET: '' },
      ...{ GITHUB_TOKEN: 'hush-hush', GITHUB_API_URL: github.url },
    }
    const tested = await run(env, 'notify', 'test', '--dir', dir, '--json')
    expect(tested.code).toBe(1)
    expect(JSON.parse(tested.stdout)).toMatchObject([
      { listener: 'slack', error: { code: 'unauthorised', hint: expect.stringContaining('NOT_SET') } },
      { listener: 'webhook', error: { code: 'unauthorised' } },
      { listener: 'discord:ROUNDKEEPER_DISCORD_WEBHOOK', error: null },
      { listener: 'github-issue:Owner/competition', error: null },
    ])
    expect(hooks.taken).toMatchObject([{ path: '/discord', body: { embeds: [{ title: 'A test of Roundkeeper' }] } }])
    expect(github.issues).toMatchObject([{ state: 'closed', said: ['It works.'] }])

    expect((await run(env, 'pause', '--dir', dir, '--reason', 'a test of @everyone')).code).toBe(0)
    const preview = await run(env, 'notify', 'preview', '--dir', dir)
    expect(preview.stdout).toMatch(/UTC {2}act {2}By hand: pause round 0\na test of @everyone\nBy: /)
    expect(hooks.taken).toHaveLength(1)
    // The first run says so, and what it could not tell anybody.
    const ticked = await run(env, 'advance', '--dir', dir)
    expect(ticked).toMatchObject({ code: 3, stderr: expect.stringMatching(/^warning slack was not told: .*NOT_SET/) })
    expect(github.issues).toMatchObject([{ state: 'closed' }, { state: 'open', title: 'Round 0 is held' }])
    expect((await run(env, 'resume', '--dir', dir, '--reason', 'done')).code).toBe(0)
    const json = await run(env, 'advance', '--dir', dir, '--json')
    expect(JSON.parse(json.stdout)).toMatchObject({
      notifications: { told: 1, problems: [{ listener: 'slack' }, { listener: 'webhook' }] },
    })
    expect(hooks.taken[1]).toMatchObject({ body: { embeds: [{ title: 'By hand: resume round 0' }] } })
    expect(github.issues).toMatchObject([{ state: 'closed' }, { state: 'closed' }])
  })
})
