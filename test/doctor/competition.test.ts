import { chmod, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { CHECK_IDS } from '../../src/doctor/checks.ts'
import { doctorReportSchema } from '../../src/doctor/report.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { roundkeeper, roundkeeperWith } from '../support/in-process-cli.ts'
import { commit, doctor, smallCompetition, variant } from './support.ts'

const root = temporaryFolder()
let dir = ''
beforeAll(async () => {
  dir = await smallCompetition(root())
})

describe('doctor, of a competition in a folder', () => {
  it('finds everything as it should be, and writes nothing down', async () => {
    const { code, stdout, stderr } = await roundkeeper('doctor', '--dir', dir, '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const { checks } = doctorReportSchema.parse(JSON.parse(stdout))
    expect(checks.map(({ id }) => id)).toEqual(CHECK_IDS)
    expect(checks.filter(({ outcome }) => outcome === 'fail')).toEqual([])
    const passed = [
      'settings',
      'repository',
      'config',
      'pool',
      'throne',
      'engine-key',
      'operator-key',
      'chain',
      'store',
      'judge',
      'renderer',
      'distance',
      'builds',
    ]
    expect(checks.filter(({ id, outcome }) => passed.includes(id) && outcome !== 'ok')).toEqual([])
  })

  it('says it to people in a line each, and what to do below it', async () => {
    const broken = await variant(dir, 'told', { store: { folder: 'roundkeeper.json' } })
    const { code, stdout } = await roundkeeper('doctor', '--dir', broken, '--only', 'node,store,token')
    expect(code).toBe(1)
    expect(stdout).toMatch(
      /^OK {3}Node {10}version \d.*\nFAIL Object store {2}the object folder refused.*\n {19}→ See that .* \(store\)\n\nNot looked at: token \(.*\)\.\n1 check fails\.\n$/,
    )
  })

  it('looks only at what it is asked to, and knows what there is', async () => {
    expect(Object.keys(await doctor(dir, 'node,disk', {}, '--skip', 'disk'))).toEqual(['node'])
    const unknown = await roundkeeper('doctor', '--only', 'nothing')
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('There is no check nothing') })
    expect((await roundkeeper('doctor', '--timeout', '0')).code).toBe(2)
  })

  it('says of settings that cannot be read what is wrong, and looks at the rest of the machine', async () => {
    const broken = await variant(dir, 'unreadable', { brnch: 'main' })
    const found = await doctor(broken, 'node,settings,repository')
    expect(found.settings).toMatchObject({ outcome: 'fail', detail: expect.stringContaining('unknown field brnch') })
    expect(found.repository).toMatchObject({ outcome: 'skipped' })
    expect(found.node).toMatchObject({ outcome: 'ok' })
  })

  it('says once that the repository is not there', async () => {
    const broken = await variant(dir, 'lost', { repo: 'elsewhere.git' })
    const found = await doctor(broken, 'repository,config,engine-key,throne,pool')
    expect(found.repository).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('is not a bare git repository'),
    })
    expect(Object.values(found).filter(({ outcome }) => outcome === 'skipped')).toHaveLength(4)
    const branch = await variant(dir, 'branch', { branch: 'elsewhere' })
    expect((await doctor(branch, 'repository')).repository?.detail).toContain('there is no refs/heads/elsewhere')
  })

  it('finds what cannot be played, what is nearly over, and what luck decides', async () => {
    const broken = await variant(dir, 'config')
    const config = JSON.parse(await readFile(join(root(), 'config.json'), 'utf8'))
    const write = (changes: object) => commit(broken, { 'config.json': JSON.stringify({ ...config, ...changes }) })
    await write({ win_margin: 3, settings: { ...config.settings, preview_size: 8 } })
    const found = await doctor(broken, 'config,throne,pool')
    expect(found.config).toMatchObject({
      outcome: 'fail',
      detail: expect.stringMatching(/win_margin: found 3, .*preview_size: found 8/),
    })
    expect([found.throne?.outcome, found.pool?.outcome]).toEqual(['skipped', 'skipped'])
    await write({ last_competition_date: '2026-01-02', win_margin: 0.05 })
    const late = await doctor(broken, 'config,throne')
    expect(late.config).toMatchObject({
      outcome: 'warn',
      detail: expect.stringContaining('no round starts after 2026-01-02'),
    })
    expect(late.throne).toMatchObject({
      outcome: 'warn',
      how_to_fix: expect.stringContaining('Luck decides too often'),
    })
    await commit(broken, { 'config.json': '{"name": ' })
    expect((await doctor(broken, 'config')).config?.detail).toContain('config.json')
  })

  it('finds a pool that is too small, and a digest of another one', async () => {
    const broken = await variant(dir, 'pool')
    await commit(broken, {
      'prompts.txt': `${await readFile(join(root(), 'prompts.txt'), 'utf8')}https://prompts.test/jug.png\n`,
    })
    expect((await doctor(broken, 'pool')).pool).toMatchObject({
      outcome: 'warn',
      how_to_fix: expect.stringContaining('sha256sum prompts.txt > prompts.sha256'),
    })
    await commit(broken, { 'prompts.txt': 'https://prompts.test/vase.png\n', 'prompts.sha256': null })
    expect((await doctor(broken, 'pool')).pool).toMatchObject({
      outcome: 'fail',
      detail: expect.stringContaining('at least prompts_per_round'),
    })
  })

  it('finds keys that others may read, that are not listed, or that may not write what they have to', async () => {
    const open = await variant(dir, 'open')
    await chmod(join(open, 'keys/engine'), 0o644)
    await rm(join(open, 'keys/operator'))
    const found = await doctor(open, 'engine-key,operator-key')
    expect(found['engine-key']).toMatchObject({ outcome: 'fail', how_to_fix: expect.stringContaining('chmod 600') })
    expect(found['operator-key']).toMatchObject({ outcome: 'skipped' })

    const swapped = await variant(dir, 'swapped', { signing_key: 'keys/operator' })
    expect((await doctor(swapped, 'engine-key'))['engine-key']?.detail).toMatch(/may not write leader\.json, rounds\//)
    const named = await variant(dir, 'named', { author: { name: 'R', email: 'somebody@x.test' } })
    expect((await doctor(named, 'engine-key'))['engine-key']?.detail).toContain('does not sign for somebody@x.test')

    const policy = 'policy/allowed_signers'
    const listed = await variant(dir, 'listed')
    const own = (await readFile(join(dir, 'keys/engine.pub'), 'utf8')).split(' ').slice(0, 2).join(' ')
    const day = (days: number) =>
      new Date(Date.now() + 86_400_000 * days).toISOString().slice(0, 10).replaceAll('-', '')
    await commit(listed, { [policy]: `engine@tiny namespaces="git",valid-before="${day(5)}Z" ${own}\n` })
    expect(await doctor(listed, 'engine-key,operator-key')).toMatchObject({
      'engine-key': { outcome: 'warn', detail: expect.stringContaining('less than two weeks') },
      'operator-key': { outcome: 'fail', detail: expect.stringContaining('is not on the list of those who may sign') },
    })
    await commit(listed, { [policy]: null, 'policy/paths.json': null })
    expect((await doctor(listed, 'engine-key'))['engine-key']).toMatchObject({ outcome: 'warn' })
    const unsigned = await variant(listed, 'unsigned', { signing_key: undefined, operator: undefined })
    expect((await doctor(unsigned, 'engine-key'))['engine-key']?.detail).toContain('commits are not signed')
  })

  it('finds people who cannot be told anything', async () => {
    const kinds = [{ kind: 'discord' }, { kind: 'webhook', url_env: 'OURS' }]
    const told = await variant(dir, 'people', { notifications: kinds })
    const env = { ROUNDKEEPER_DISCORD_WEBHOOK: 'https://discord.com/api/webhooks/1/secret', OURS: 'https://ours.test' }
    expect((await doctor(told, 'notifications', env)).notifications).toMatchObject({
      outcome: 'ok',
      detail: expect.stringContaining('discord:ROUNDKEEPER_DISCORD_WEBHOOK, webhook:OURS'),
    })
    expect((await doctor(told, 'notifications', { ...env, OURS: '' })).notifications).toMatchObject({
      outcome: 'fail',
      detail: expect.stringMatching(/^webhook: the environment has no OURS/),
    })
    expect((await doctor(dir, 'notifications')).notifications).toMatchObject({ outcome: 'skipped' })
  })

  it('prints no secret, whatever it finds', async () => {
    const secrets = {
      ROUNDKEEPER_GIT_TOKEN: 'ghp_secretsecret',
      VLM: 'sk-secretsecret',
      TARGON_API_KEY: 'targon-secret',
      GITHUB_TOKEN: 'gho_secretsecret',
    }
    const dead = 'http://127.0.0.1:9'
    const all = await variant(dir, 'secrets', {
      ...{
        repo: `${dead}/o/n.git`,
        code_host: dead,
      },
      chain: { kind: 'bittensor', endpoint: 'ws://user:wspassword@127.0.0.1:9' },
      judge: { kind: 'penalty', model: 'm', endpoints: [{ url: `${dead}/v1`, api_key_env: 'VLM' }] },
      builds: { kind: 'github', repository: 'o/n', api_url: dead, image_format: '127.0.0.1:9/o/{hotkey10}:{tag}' },
      store: {
        s3: {
          bucket: 'bucket',
          endpoint: dead,
          credentials: { access_key_id_env: 'VLM', secret_access_key_env: 'TARGON_API_KEY' },
        },
      },
    })
    const args = ['--dir', all, '--skip', 'renderer,distance']
    const { code, stdout, stderr } = await roundkeeperWith({ env: { ...secrets } }, 'doctor', ...args)
    expect(code).toBe(1)
    expect(stdout.match(/^FAIL /gm)).toHaveLength(8)
    for (const secret of [...Object.values(secrets), 'wspassword']) expect(stdout + stderr).not.toContain(secret)
  })
})
