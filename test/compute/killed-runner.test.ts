import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'
import { CloudPods } from '../../src/compute/cloud-pods.ts'
import { processRuns } from '../../src/compute/pod-run.ts'
import { Container } from '../../src/compute/providers/container.ts'
import { Targon } from '../../src/compute/providers/targon.ts'
import type { Change } from '../../src/engine/change.ts'
import type { Format } from '../../src/engine/format.ts'
import type { Context, Round } from '../../src/engine/owner.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { generation3d, type Ports } from '../../src/formats/generation-3d/index.ts'
import { podOwnerOf } from '../../src/formats/generation-3d/pod-owner.ts'
import { auditor } from '../../stages/auditor.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { Cloud } from '../support/gpu-clouds/cloud.ts'
import { dockerProgram } from '../support/gpu-clouds/docker-program.ts'
import { targonDialect } from '../support/gpu-clouds/targon.ts'

const folder = temporaryFolder()
const clock = new SystemClock()
const source = (path: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src', path)).href)

/** As much of a round as a tick needs that finds nothing to do. */
const round = {
  ...{ number: 7, config: { name: 'mesh' } },
  snapshot: { find: async () => ({ earliest_reveal_block: 1000 }) },
} as unknown as Round

/** A tick in the middle of a round: what the auditor does before and besides its jobs. */
async function tick(pods: CloudPods): Promise<string[]> {
  const told: string[] = []
  const format: Format = { ...generation3d({ pods } as unknown as Ports), jobs: async () => [] }
  const signal = new AbortController().signal
  const context = { format, signal, progress: ({ what }) => told.push(what) } as Partial<Context> as Context
  const changes: Change[] = []
  for await (const change of auditor.run(round, context)) changes.push(change)
  expect(changes).toEqual([])
  return told
}

/** A runner in a process of its own, killed as soon as both of its pods are ordered. */
async function killedAtWork(url: string, program: string): Promise<string[]> {
  const script = `
    import { CloudPods } from ${source('compute/cloud-pods.ts')}
    import { processRuns } from ${source('compute/pod-run.ts')}
    import { Container } from ${source('compute/providers/container.ts')}
    import { Targon } from ${source('compute/providers/targon.ts')}
    import { SystemClock } from ${source('engine/system-clock.ts')}
    const clock = new SystemClock()
    const providers = [
      new Targon({ apiKey: 'key', clock, url: ${JSON.stringify(url)} }),
      new Container({ clock, program: ${JSON.stringify(program)} }),
    ]
    const pods = new CloudPods({ providers, clock, runs: processRuns(), limits: { pollEveryMs: 20 } })
    const owner = ${JSON.stringify(await podOwnerOf(round))}
    const start = async (index) => (await pods.start('honest', 'x-' + index, new AbortController().signal, owner)).pod
    const { id } = await start(1)
    console.log(id)
    await start(0)`
  const runner = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(runner.stdout, 'data')
  return [String(line).trim(), String(runner.pid)]
}

it('leaves no orphan after the next tick', async () => {
  await using cloud = await Cloud.open(targonDialect('key'), clock)
  // Nothing is healthy there before the runner is killed: it is in the middle of a start.
  cloud.healthyAfterMs = 1e9
  const docker = await dockerProgram(folder())
  try {
    const [container, pid] = await killedAtWork(cloud.url, docker.program)
    while (cloud.names.length === 0) await new Promise(setImmediate)
    const providers = [
      new Targon({ apiKey: 'key', clock, url: cloud.url }),
      new Container({ clock, program: docker.program }),
    ]
    const pods = new CloudPods({ providers, clock, runs: processRuns() })
    expect(await tick(pods)).toEqual([])

    process.kill(Number(pid), 'SIGKILL')
    while (isAlive(Number(pid))) await new Promise(setImmediate)
    const [ordered] = cloud.names
    expect(await docker.pids()).toHaveLength(1)
    const told = await tick(pods)
    expect(told.sort()).toEqual(
      [
        `stopped ${container} at container: the run that started it is over`,
        `stopped ${ordered} at targon: the run that started it is over`,
      ].sort(),
    )
    expect([cloud.names, await docker.pids()]).toEqual([[], []])
    expect(await tick(pods)).toEqual([])
  } finally {
    await docker.stopAll()
  }
})

it('does the other jobs, and says in the end what may still cost money', async () => {
  await using cloud = await Cloud.open(targonDialect('other key'), clock)
  const pods = new CloudPods({
    ...{ providers: [new Targon({ apiKey: 'key', clock, url: cloud.url })], clock, runs: processRuns() },
  })
  await expect(tick(pods)).rejects.toMatchObject({
    ...{ code: 'unavailable', message: expect.stringMatching(/may still cost money: targon: it answered 401/) },
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
