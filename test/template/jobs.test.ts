import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { files } from '../../src/state/index.ts'
import { type HostedWorld, hostedWorld } from '../support/actions/hosted-world.ts'

/** What the simulated week does not come by; see there for advance.yml, deadman.yml and verify.yml. */
describe('the jobs of the template', () => {
  let world: HostedWorld
  beforeAll(async () => {
    world = await hostedWorld({ miners: [] })
  })
  afterAll(() => world[Symbol.asyncDispose]())

  it('do nothing for whoever has set no variables', async () => {
    for (const file of await readdir(new URL('../../state-template/.github/workflows', import.meta.url))) {
      const { jobs } = await world.run(file, undefined, { vars: {} })
      expect([file, jobs.filter(({ result }) => result !== 'skipped')]).toEqual([file, []])
    }
    expect(world.bridge.calls).toEqual([])
  })

  it('keep schedules alive, but for those that a person has ended', async () => {
    const states = ['active', 'disabled_inactivity', 'disabled_manually', 'deleted']
    world.github.workflows.push(...states.map((state, id) => ({ id, path: `${id}.yml`, state })))
    const { jobs } = await world.run('heartbeat.yml')
    expect(jobs).toMatchObject([
      { job: 'heartbeat', result: 'success', log: expect.stringContaining('enabled: 1.yml') },
    ])
    expect(world.github.workflows.map(({ state }) => state)).toEqual(['active', 'active', ...states.slice(2)])
    expect(world.github.denied).toEqual([])
  })

  it('draw the gallery without any right, and publish it with no other', async () => {
    const { jobs, artifacts } = await world.run('pages.yml')
    expect(jobs.map(({ job, result }) => [job, result])).toEqual([
      ['draw', 'success'],
      ['publish', 'success'],
    ])
    expect(await readFile(join(artifacts.dir, 'github-pages', 'index.html'), 'utf8')).toContain('<html')
    const values = jobs.flatMap(({ environments }) => environments.flatMap((env) => Object.values(env)))
    expect(values.filter((value) => /^ghs_|planted/.test(value))).toEqual([])
  })

  it('look at everything again on Sundays, before the cache is believed', async () => {
    const key = `roundkeeper-verify-${world.github.serverUrl}/Owner/competition--7-1`
    world.cache.set(key, 'poison')
    const since = async (schedule: string) => {
      world.bridge.calls.length = 0
      const { jobs } = await world.run('verify.yml', { name: 'schedule', schedule })
      expect(jobs.map(({ result, log }) => [result, result === 'failure' ? log : ''])).toEqual([['success', '']])
      return world.bridge.calls.map((args) => args.includes('--since'))
    }
    // A checkpoint that is none keeps nobody from looking.
    expect(await since('23 5 * * 1-6')).toEqual([true, false])
    expect(await since('23 5 * * 1-6')).toEqual([true])
    expect(await since('23 5 * * 0')).toEqual([false, true])
  })

  it('advance a folder on a runner of one’s own, in one job', async () => {
    const dir = join(world.dir, 'own')
    await mkdir(dir)
    const settings = { repo: 'github:Owner/competition', chain: { kind: 'clock', file: '../chain.json' } }
    await writeFile(join(dir, 'roundkeeper.json'), JSON.stringify(settings))
    world.moveTo(new Date('2026-01-05T12:30:00Z'))
    const vars = { ROUNDKEEPER_DIR: dir, ROUNDKEEPER_REPOSITORY: 'Owner/engine', ROUNDKEEPER_REF: 'main' }
    const { jobs } = await world.run('advance-self-hosted.yml', undefined, { vars })
    expect(jobs).toMatchObject([{ job: 'advance', result: 'success' }])
    // Nobody had entered: the round is over, and it was the last one.
    expect((await (await world.snapshot()).read(files.state)).stage).toBe('finished')
    expect(world.github.dispatched).toEqual([])
  })
})
