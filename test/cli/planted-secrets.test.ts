import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrivateKey } from '../../src/signing/private-key.ts'
import { files } from '../../src/state/index.ts'
import { type HttpTestServer, startHttpServer } from '../support/file-server.ts'
import { roundkeeperWith } from '../support/in-process-cli.ts'
import { startWebhooks, type Webhooks } from '../support/webhooks.ts'

const template = fileURLToPath(new URL('../../state-template/config.json', import.meta.url))
/** Every variable that holds a secret: those with fixed names, and those that settings name. None looks like another. */
const PLANTED: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...['ROUNDKEEPER_GIT_TOKEN', 'GITHUB_TOKEN', 'ROUNDKEEPER_REGISTRY_PASSWORD', 'ROUNDKEEPER_JUDGE_API_KEY'],
    ...['TARGON_API_KEY', 'VERDA_CLIENT_ID', 'VERDA_CLIENT_SECRET', 'VERDA_GENERATION_TOKEN', 'RUNPOD_API_KEY'],
    ...['ROUNDKEEPER_WALLET_PASSWORD', 'OWN_JUDGE', 'OWN_BUCKET_ID', 'OWN_BUCKET', 'OWN_SESSION', 'OWN_ISSUES'],
  ].map((name, at) => [name, `planted/${at}+${Buffer.from(name).toString('hex').slice(-20)}=${at}`]),
)
const KEY = PrivateKey.fromSeed(Buffer.alloc(32, 7)).toOpenSsh('engine')

/** As it is, and as whoever finds it could read it all the same. */
const formsOf = (secret: string) => [
  ...[secret, encodeURIComponent(secret), Buffer.from(secret).toString('hex')],
  Buffer.from(secret).toString('base64').replace(/=*$/, '').slice(0, -1),
]
const isIn = (said: string, secret: string) => formsOf(secret).some((form) => said.includes(form))

describe('secrets that are planted', () => {
  let root = ''
  let dir = ''
  let said = ''
  let echo: HttpTestServer
  let hooks: Webhooks
  const asked = new Set<string>()
  let env: Record<string, string> = {}
  let status = 401

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'roundkeeper-secrets-'))
    dir = join(root, 'competition')
    hooks = await startWebhooks()
    // Whoever is asked refuses, and repeats all that it was sent: some services do.
    echo = await startHttpServer(async ({ method, url, headers, socket, ...rest }, response) => {
      void [socket, rest]
      const heard = { method, url: decodeURIComponent(url ?? ''), headers }
      asked.add((url ?? '').split('/')[1] ?? '')
      const basic = Buffer.from(/^Basic (.*)$/.exec(headers.authorization ?? '')?.[1] ?? '', 'base64').toString()
      const message = `denied: ${headers.authorization} ${basic} ${headers['x-amz-security-token']}`
      response
        .writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify({ message, error: { message }, heard }))
    })
    env = {
      ...PLANTED,
      ...{ ROUNDKEEPER_SIGNING_KEY: KEY, ROUNDKEEPER_REGISTRY_USERNAME: 'ada', GITHUB_API_URL: `${echo.url}/github` },
      ...{ OWN_DISCORD: `${hooks.url}/api/webhooks/planted-discord`, OWN_SLACK: `${echo.url}/planted-slack` },
    }
    await writeFile(join(root, 'prompts.txt'), 'https://example.com/vase.png\nhttps://example.com/cup.png\n')
    const config = files.config.parse(await readFile(template, 'utf8'), 'config.json')
    const small = { ...config, prompts_per_round: 2, carryover_prompts: 1, generation_stage_minutes: 10 }
    await writeFile(join(root, 'config.json'), files.config.serialise(small))
    const given = ['--prompts', join(root, 'prompts.txt'), '--config', join(root, 'config.json')]
    expect(await run('init', dir, '--name', 'tiny', '--no-sign', '--yes', ...given)).toBe(0)
  })
  afterAll(async () => {
    await Promise.all([hooks, echo].map((each) => each[Symbol.asyncDispose]()))
    await rm(root, { recursive: true, force: true })
  })

  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await roundkeeperWith({ env }, ...args)
    said += `\n$ ${args.join(' ')}\n${stdout}${stderr}`
    return code
  }
  const settings = async (change: Record<string, unknown>) => {
    const path = join(dir, 'roundkeeper.json')
    await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }))
  }
  const everything = async (folder: string) => {
    const paths = await readdir(folder, { recursive: true, withFileTypes: true })
    const kept = paths
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1'))
    return (await Promise.all(kept)).join('\n')
  }
  const expectNone = (where: string, told: string) => {
    const secrets = {
      ...PLANTED,
      OWN_DISCORD: 'planted-discord',
      OWN_SLACK: 'planted-slack',
      KEY: KEY.split('\n')[2] ?? '',
    }
    for (const [name, secret] of Object.entries(secrets)) {
      // Not expect().not.toContain: it would print what it finds.
      if (isIn(told, secret)) expect.fail(`${name} is in ${where}`)
    }
  }

  it('are in no output, commit, object or message of a run that goes well', async () => {
    await settings({
      notifications: [
        { kind: 'discord', url_env: 'OWN_DISCORD' },
        { kind: 'slack', url_env: 'OWN_SLACK' },
      ],
    })
    // Nobody enters, so that round after round is decided as soon as its window has closed.
    const chain = join(dir, 'chain.json')
    const { genesis, ...header } = JSON.parse((await readFile(chain, 'utf8')).split('\n')[0] ?? '') as {
      genesis: string
    }
    const earlier = new Date(Date.parse(genesis) - 3 * 86_400_000).toISOString()
    await writeFile(chain, `${JSON.stringify({ ...header, genesis: earlier })}\n`)
    expect(await run('advance', '--dir', dir, '--until-idle', '--json')).toBeLessThan(5)
    await run('status', dir)
    await run('notify', 'preview', '--dir', dir)
    await run('verify', dir, '--out', join(root, 'report.sarif'), '--out', join(root, 'report.md'))
    await run('gallery', dir, '--out', join(root, 'gallery'))
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', join(dir, 'state.git'), ...args], { encoding: 'latin1' })
    const objects = git('cat-file', '--batch-all-objects', '--batch')
    expect(objects).toContain('Engine: roundkeeper')
    expect(hooks.taken.length).toBeGreaterThan(0)
    expectNone('the repository', objects)
    expectNone('the store', await everything(join(dir, 'store')))
    expectNone('a message', JSON.stringify(hooks.taken.map(({ body }) => body)))
    expectNone('a file', await everything(root).then((all) => all.replaceAll(KEY, '')))
    expectNone('what was printed', said)
  })

  it('are in no output or message, whatever service refuses them and repeats what it was sent', async () => {
    const url = (name: string) => `${echo.url}/${name}`
    const judge = (name?: string) => ({
      ...{ kind: 'penalty', model: 'm', endpoints: [{ url: url('vlm'), ...(name && { api_key_env: name }) }] },
    })
    const credentials = {
      ...{ access_key_id_env: 'OWN_BUCKET_ID', secret_access_key_env: 'OWN_BUCKET', session_token_env: 'OWN_SESSION' },
    }
    await settings({
      store: { s3: { bucket: 'bucket', endpoint: echo.url, region: 'r', path_style: true, credentials } },
      ...{ judge: judge(), second_judge: judge('OWN_JUDGE') },
      pods: {
        providers: ['targon', 'verda', 'runpod'],
        urls: { targon: url('targon'), verda: url('verda'), runpod: url('runpod') },
      },
      builds: {
        kind: 'github',
        repository: 'Owner/competition',
        image_format: 'ghcr.io/o/n/{hotkey10}:{tag}',
        api_url: url('builds'),
      },
      notifications: [
        { kind: 'discord', url_env: 'OWN_DISCORD' },
        { kind: 'slack', url_env: 'OWN_SLACK' },
        { kind: 'github-issue', repository: 'Owner/competition', token_env: 'OWN_ISSUES' },
      ],
    })
    for (status of [401, 403, 422]) {
      await run('doctor', '--dir', dir, '--skip', 'disk,clock,pods-container', '--timeout', '20', '--json')
      await run('pods', 'list', '--dir', dir)
      await run('notify', 'test', '--dir', dir)
    }
    for (const [at, repo] of [
      'github:Owner/competition',
      `${echo.url.replace('//', '//ada:planted-pass@')}/git/x.git`,
      'github:Owner/competition',
    ].entries()) {
      status = at === 2 ? 403 : 401
      // What has been told is in the store: chats need one that answers.
      await settings({ repo, store: { folder: 'store' } })
      for (const more of [[], ['--json'], ['--until-idle']]) await run('--debug', 'advance', '--dir', dir, ...more)
      await run('--debug', 'pause', '--dir', dir, '--reason', 'a test')
    }
    const services = ['github', 'git', 'bucket', 'vlm', 'targon', 'verda', 'runpod', 'builds', 'planted-slack']
    expect([...asked].sort()).toEqual(expect.arrayContaining(services.filter((name) => name !== 'builds')))
    expect(hooks.taken.some(({ body }) => JSON.stringify(body).includes('fails again'))).toBe(true)
    expectNone('what was printed', said)
    expectNone('a message', JSON.stringify(hooks.taken.map(({ body }) => body)))
    expect(said).not.toContain('planted-pass')
  })
})
