import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { withPods } from '../../src/cli/competition-pods.ts'
import { operatorPods } from '../../src/cli/operator-pods.ts'
import { readSettings } from '../../src/cli/operator-settings.ts'
import { LocalPods } from '../../src/compute/local-pods.ts'
import { podName } from '../../src/compute/pod-name.ts'
import type { PodOwner } from '../../src/compute/pods.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { files } from '../../src/state/index.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { Cloud } from '../support/gpu-clouds/cloud.ts'
import { targonDialect } from '../support/gpu-clouds/targon.ts'
import { roundkeeper, roundkeeperWith } from '../support/in-process-cli.ts'

const template = fileURLToPath(new URL('../../state-template/config.json', import.meta.url))
const root = temporaryFolder()
const clock = new SystemClock()
const env = { TARGON_API_KEY: 'key' }
const never = new AbortController().signal
let dir = ''
let cloud: Cloud
let owner: PodOwner

async function writeSettings(value: object): Promise<void> {
  const path = join(dir, 'roundkeeper.json')
  const { pods: _, ...others } = JSON.parse(await readFile(path, 'utf8'))
  await writeFile(path, JSON.stringify({ ...others, ...value }))
}
const pods = (verb: string, ...args: string[]) => roundkeeperWith({ env }, 'pods', verb, '--dir', dir, ...args)
const onTargon = (value: object = {}) =>
  writeSettings({ pods: { providers: ['targon', 'local'], urls: { targon: `${cloud.url}/` }, ...value } })

beforeAll(async () => {
  dir = join(root(), 'competition')
  cloud = await Cloud.open(targonDialect('key'), clock)
  await writeFile(join(root(), 'prompts.txt'), 'https://example.com/vase.png\nhttps://example.com/cup.png\n')
  const config = files.config.parse(await readFile(template, 'utf8'), 'config.json')
  const small = files.config.serialise({ ...config, prompts_per_round: 2, carryover_prompts: 1 })
  await writeFile(join(root(), 'config.json'), small)
  const options = ['--prompts', join(root(), 'prompts.txt'), '--config', join(root(), 'config.json')]
  expect(await roundkeeper('init', dir, ...options)).toMatchObject({ code: 0 })
  await onTargon()
  process.env.TARGON_API_KEY = 'key'
  owner = await withPods(dir, async (_, whose) => whose)
  delete process.env.TARGON_API_KEY
})
afterAll(() => cloud[Symbol.asyncDispose]())
beforeEach(() => {
  cloud.pods.clear()
  cloud.faults.length = 0
})

/** One that a run which has ended left behind, one of a run elsewhere, and what is not ours. */
function leaveSome() {
  const at = (minutes: number) => new Date(Date.now() - 60_000 * minutes)
  const elsewhere = podName(owner, '5FHneW46xG-1', '00000work1', at(5))
  const old = podName(owner, '5FHneW46xG-0', '00000work1', at(361))
  for (const name of [old, elsewhere, 'generator']) cloud.create(name, 'honest', {})
  return { elsewhere, old }
}

describe('pods list', () => {
  it('shows what is ours, and all of it when asked', async () => {
    const { elsewhere, old } = leaveSome()
    await onTargon({ usd_per_hour: { targon: 3600 } })
    const { code, stdout } = await pods('list')
    expect(code).toBe(0)
    expect(stdout).toMatch(
      new RegExp(`^provider +name .*\n(.*\n)*targon +${elsewhere} +0 +\\d+ min +running +\\d+\\.\\d\\d USD`, 'm'),
    )
    expect(stdout).toContain(old)
    expect(stdout).not.toContain('generator')
    const all = JSON.parse((await pods('list', '--all', '--json')).stdout)
    expect(all.failures).toEqual([])
    expect(all.pods).toHaveLength(3)
    expect(all.pods).toContainEqual({
      ...{ provider: 'targon', name: 'generator', ours: false, round: null, state: 'running', detail: null },
      ...{ created_at: expect.any(String), age_seconds: expect.any(Number) },
      cost: { amount: expect.any(Number), currency: 'USD' },
    })
  })

  it('says so when there is nothing, and when nobody answers', async () => {
    expect(await pods('list')).toMatchObject({ code: 0, stdout: 'no pods\n' })
    cloud.fails(/./, 403)
    const { code, stderr } = await pods('list')
    expect(code).toBe(1)
    expect(stderr).toMatch(/error targon: it answered 403/)
    expect(JSON.parse((await pods('list', '--json')).stdout)).toMatchObject({
      pods: [],
      failures: [expect.stringContaining('403')],
    })
  })
})

describe('pods reap', () => {
  it('stops what nobody needs, and with --all everything of the competition', async () => {
    const { elsewhere, old } = leaveSome()
    expect(await pods('reap')).toMatchObject({
      ...{ code: 0, stdout: `stopped ${old} at targon: its lifetime of 360 min is over\n` },
    })
    expect(cloud.names).toEqual([elsewhere, 'generator'])
    expect(await pods('reap')).toMatchObject({ code: 0, stdout: 'nothing to stop\n' })
    const { stopped } = JSON.parse((await pods('reap', '--all', '--json')).stdout)
    expect(stopped).toEqual([{ provider: 'targon', name: elsewhere, why: 'all were to be stopped' }])
    expect(cloud.names).toEqual(['generator'])
  })

  it('fails when a provider does', async () => {
    cloud.fails(/./, 403)
    expect(await pods('reap')).toMatchObject({ code: 1, stderr: expect.stringContaining('targon: it answered 403') })
  })

  it('has nothing to do where there are only processes', async () => {
    await writeSettings({})
    const { code, stderr } = await pods('reap')
    expect(code).toBe(1)
    expect(stderr).toMatch(/there is no provider that could have pods\n.*\n.*GPU_PROVIDERS/)
    await onTargon()
  })
})

describe('`pods` in roundkeeper.json', () => {
  it.each<[string, object, RegExp]>([
    ['of an unknown provider', { providers: ['aws'] }, /pods\.providers.*targon, verda, runpod, container, local/],
    ['of one provider twice', { providers: ['local', 'local'] }, /pods\.providers.*each once/],
    ['of no provider', { providers: [] }, /pods\.providers/],
    ['with a key in it', { targon: { api_key: 'sk' } }, /unknown field pods\.targon/],
    ['without an end', { lifetime_minutes: 0 }, /a number of minutes from 1 to 10080/],
    ['with an amount of nothing', { container: { memory: 'much' } }, /an amount of memory, e\.g\. "64g"/],
    ['half open', { container: { egress: 'half' } }, /"closed" or "open"/],
  ])('is refused %s', async (_, value, message) => {
    await writeSettings({ pods: value })
    await expect(readSettings(dir)).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(message) })
    await onTargon()
  })

  const open = async (value: object, environment: Record<string, string>) => {
    await writeSettings({ pods: value })
    const { pods: settings } = await readSettings(dir)
    await onTargon()
    return operatorPods(settings, new LocalPods({ root: root(), clock }), clock, environment)
  }

  it('is processes of this machine, where nothing is said', async () => {
    const { pods: local, cloud: none } = await open({}, {})
    expect(local.id).toBe('local')
    expect(none).toBeUndefined()
  })

  const verda = { VERDA_CLIENT_ID: 'a', VERDA_CLIENT_SECRET: 'b', VERDA_GENERATION_TOKEN: 'c' }
  it('is an order of providers, and GPU_PROVIDERS comes before it', async () => {
    const all = { ...env, ...verda, RUNPOD_PROVIDER_API_KEY: 'd' }
    expect((await open({ providers: ['runpod', 'container', 'targon', 'local'] }, all)).pods.id).toBe(
      'runpod,container,targon,local',
    )
    expect((await open({ providers: ['local'] }, { ...all, GPU_PROVIDERS: ' Verda, targon,' })).pods.id).toBe(
      'verda,targon',
    )
    expect((await open({ providers: ['runpod'] }, { RUNPOD_API_KEY: 'd', GPU_PROVIDERS: '' })).pods.id).toBe('runpod')
  })

  it.each([
    ['targon', {}, 'TARGON_API_KEY'],
    ['verda', { ...verda, VERDA_CLIENT_SECRET: '' }, 'VERDA_CLIENT_SECRET'],
    ['verda', {}, 'VERDA_CLIENT_ID, VERDA_CLIENT_SECRET, VERDA_GENERATION_TOKEN'],
    ['runpod', {}, 'RUNPOD_API_KEY'],
  ])('wants the credentials of %s', async (name, environment, missing) => {
    await expect(open({ providers: [name] }, environment)).rejects.toMatchObject({
      code: 'unauthorised',
      message: `${name} wants credentials: ${missing} not set`,
      hint: expect.stringContaining(`Set ${missing} in the environment`),
    })
  })

  it.each(['targon,aws', 'targon,targon', ','])('is not taken from GPU_PROVIDERS=%s', async (text) => {
    await expect(open({}, { ...env, GPU_PROVIDERS: text })).rejects.toMatchObject({
      code: 'usage',
      where: 'GPU_PROVIDERS',
    })
  })

  it('is told apart by image: code of this machine runs on it, all else at a provider', async () => {
    const both = await open({ providers: ['targon', 'local'] }, env)
    const commit = 'c'.repeat(40)
    const local = await both.pods.start(`local:a/b@${commit}`, 'x-0', never, owner)
    expect(local).toMatchObject({
      ok: false,
      fault: 'image',
      detail: `there is no local:a/b@${commit} on this machine`,
    })
    const without = await open({ providers: ['targon'] }, env)
    expect(await without.pods.start('local:a/b@c', 'x-0', never, owner)).toMatchObject({
      ...{ ok: false, fault: 'infrastructure', detail: expect.stringContaining('add "local" to pods.providers') },
    })
  })
})

describe('credentials of providers', () => {
  it('are missed before anything is done, and never by a person who only acts', async () => {
    await onTargon()
    expect(await roundkeeper('advance', '--dir', dir)).toMatchObject({
      ...{ code: 1, stderr: expect.stringMatching(/targon wants credentials: TARGON_API_KEY not set/) },
    })
    expect(await roundkeeper('pause', '--dir', dir, '--reason', 'x')).toMatchObject({ code: 0 })
  })
})
