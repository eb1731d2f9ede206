import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ClockChain } from '../../src/chain/clock-chain.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { START } from '../support/competition.ts'
import { roundkeeper, roundkeeperWith } from '../support/in-process-cli.ts'
import { Hosts, RealRound } from './real-round.ts'

describe('on the command line', () => {
  it.each(['work', 'reduce', 'worker'])('%s --help shows examples and exit codes', async (command) => {
    const { code, stdout } = await roundkeeper(command, '--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(/Exit codes: 0 [\s\S]*Examples:\n {2}\$ roundkeeper /)
  })

  it('a share of a round is listed, gathered and let in; the tick that touches nothing of miners finds it', async () => {
    await using hosts = await Hosts.start()
    await using round = await RealRound.open(hosts)
    const { dir } = round.game
    const genesis = new Date(START.getTime() - 3_600_000)
    await ClockChain.create(join(dir, 'chain.json'), { genesis, seed: 'test', clock: new SystemClock() })
    const at = ['--dir', dir]
    const json = async (...args: string[]) => {
      const { code, stdout, stderr } = await roundkeeper(...args, '--json')
      return { code, stderr, told: JSON.parse(stdout) }
    }
    expect(await json('work', ...at, '--list')).toMatchObject({
      ...{ code: 0, told: { competition: 'tiny', stage: 'miner_generation', tasks: { deadline: 3 }, miners: 3 } },
    })
    const out = join(dir, 'evidence')
    const worked = await json('work', ...at, '--out', out)
    expect(worked).toMatchObject({ code: 0, told: { failed: [], errors: [], left: 0 } })
    expect(worked.told.made).toEqual({ deadline: 3, download: 3, preview: 12, duel: 8 })
    expect(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))).toMatchObject({ competition: 'tiny' })
    const text = await roundkeeper('reduce', ...at, out)
    expect(text).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/pieces of evidence taken\n.*missing: nothing\n$/),
    })
    const advanced = await json('advance', ...at, '--until-idle', '--gathered-only')
    // By the clock of this machine it is long past the time for audits: nobody can be crowned, and it is over.
    expect(advanced).toMatchObject({ code: 3, told: { stage: 'finished', errors: [] } })
    // All of it came from the folder: a second time there is nothing to do.
    await mkdir(join(dir, 'again'))
    expect((await json('work', ...at, '--out', join(dir, 'again'))).told.made).toEqual({})
  })

  it('what makes no sense is refused', async () => {
    for (const args of [
      ['work', '--out', 'x', '--shard', '3/2'],
      ['work', '--out', 'x', '--shard', '1/2', '--kinds', 'regeneration'],
      ['work', '--out', 'x', '--kinds', 'all'],
      ['work'],
      ['reduce', 'nowhere'],
      ['worker', '--concurrency', '0'],
    ])
      expect((await roundkeeper(...args)).code).toBeGreaterThan(0)
  })

  it('a password is no argument, and is not shown', async () => {
    await using hosts = await Hosts.start()
    await using round = await RealRound.open(hosts)
    const secret = 'redis://user:correct-horse@127.0.0.1:1'
    const said = await roundkeeper('worker', '--dir', round.game.dir, '--redis', secret)
    expect(said).toMatchObject({ code: 1, stderr: expect.stringMatching(/does not belong into the arguments/) })
    const unset = await roundkeeperWith({ env: { ROUNDKEEPER_REDIS_URL: '' } }, 'worker', '--dir', round.game.dir)
    expect(unset).toMatchObject({ code: 1, stderr: expect.stringMatching(/has no ROUNDKEEPER_REDIS_URL/) })
    expect(JSON.stringify([said, unset])).not.toContain('correct-horse')
  })
})
