import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { LocalPods } from '../../src/compute/local-pods.ts'
import type { PodStart } from '../../src/compute/pods.ts'
import type { Clock } from '../../src/engine/clock.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { temporaryFolder } from '../store/temporary.ts'

const folder = temporaryFolder()
const never = new AbortController().signal
const commit = 'c'.repeat(40)
const clock = new SystemClock()
const pods = (limits = {}) => new LocalPods({ root: folder(), clock, limits })

/** A miner that answers with what `answer` makes of the request's body, an expression or a body of a function. */
const server = (answer: string) => `
  import { createServer } from 'node:http'
  createServer(async (request, response) => {
    if (request.url === '/health') return response.end()
    const body = Buffer.concat(await request.toArray())
    ${answer}
  }).listen(Number(process.env.PORT), '127.0.0.1')`

async function miner(name: string, code: string, command = ['node', 'miner.mjs', 'argument']): Promise<string> {
  const path = join(folder(), 'owner', name, commit)
  await mkdir(path, { recursive: true })
  await writeFile(join(path, 'miner.mjs'), code)
  await writeFile(join(path, 'miner.json'), JSON.stringify({ command }))
  return `local:owner/${name}@${commit}`
}

/** Code that tells the test something, and how the test hears of it. */
const tell = (name: string, value: string) =>
  `import { renameSync, writeFileSync } from 'node:fs'; writeFileSync('${name}~', String(${value})); renameSync('${name}~', '${name}')`
async function written(miner: string, name: string): Promise<string> {
  const path = join(folder(), 'owner', miner, commit, name)
  while (!existsSync(path)) await clock.sleep(10, never)
  return readFile(path, 'utf8')
}

const started = (start: PodStart) => {
  if (start.ok) return start.pod
  throw new Error(start.detail)
}
const prompt = { name: 'p', image: Uint8Array.of(1, 2, 3) }

/** Neither gone nor only waiting to be collected by its parent. */
function isAlive(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z')
  } catch {
    return false
  }
}
const untilDead = async (pid: number) => {
  while (isAlive(pid)) await clock.sleep(10, never)
}

describe('LocalPods', () => {
  it('runs a miner in its folder, with a port, a home of its own and none of our secrets', async () => {
    process.env.SECRET_OF_OURS = 'hunter2'
    const code = server(`
      const { PORT, ...env } = process.env
      response.end(JSON.stringify({ env, cwd: process.cwd(), argv: process.argv.slice(2), node: process.version }))`)
    const pod = started(await pods().start(await miner('plain', code), 'pod-1', never))
    const generation = await pod.generate(prompt, 7, never)
    delete process.env.SECRET_OF_OURS
    expect(pod.id).toBe('pod-1')
    expect(generation).toMatchObject({ ok: true, seconds: expect.any(Number) })
    const told = JSON.parse(Buffer.from(generation.ok ? generation.bytes : []).toString())
    expect(told).toMatchObject({
      cwd: join(folder(), 'owner', 'plain', commit),
      argv: ['argument'],
      node: process.version,
    })
    // The shell and the C library add names of their own to any environment.
    expect(
      Object.keys(told.env)
        .filter((name) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(name))
        .sort(),
    ).toEqual(['HOME', 'PATH'])
    expect(existsSync(told.env.HOME)).toBe(true)
    await pod.stop()
    await pod.stop()
    expect(existsSync(told.env.HOME)).toBe(false)
    expect(await pod.generate(prompt, 7, never)).toMatchObject({ ok: false, fault: 'image' })
  })

  it('runs several copies side by side', async () => {
    const image = await miner('copies', server(`response.end(process.env.PORT)`))
    const local = pods()
    const copies = (await Promise.all([1, 2, 3].map((n) => local.start(image, `pod-${n}`, never)))).map(started)
    const answers = await Promise.all(copies.map((pod) => pod.generate(prompt, 1, never)))
    expect(new Set(answers.map((each) => each.ok && Buffer.from(each.bytes).toString())).size).toBe(3)
    await Promise.all(copies.map((pod) => pod.stop()))
  })

  it.each([
    [
      'exits',
      'console.error("out of \\u001b[31mmemory"); process.exit(3)',
      undefined,
      'exit code 3\nout of \ufffd[31mmemory',
    ],
    ['kills itself', 'process.kill(process.pid, "SIGKILL")', undefined, 'SIGKILL'],
    ['cannot be run', '', ['no-such-program'], 'no-such-program'],
  ])('takes a miner that %s for a fault of the image', async (name, code, command, detail) => {
    const start = await pods().start(await miner(name.replaceAll(' ', '-'), code, command), 'pod', never)
    expect(start).toMatchObject({ ok: false, fault: 'image', detail: expect.stringContaining(detail) })
  })

  it('keeps the end of a long output only', async () => {
    const code = 'process.stdout.write("x".repeat(1e6) + "the end", () => process.exit(1))'
    const start = await pods().start(await miner('loud', code), 'pod', never)
    expect(start.ok).toBe(false)
    const detail = start.ok ? '' : start.detail
    expect(detail.length).toBeLessThan(5000)
    expect(detail.endsWith('the end')).toBe(true)
  })

  it('gives up on a miner that never becomes ready, and kills it', async () => {
    const image = await miner('sleepy', `${tell('pid', 'process.pid')}; setInterval(() => {}, 1e6)`)
    const limits = { startMs: 777_000 }
    // The time is up as soon as the miner runs.
    const hasty: Clock = {
      now: () => clock.now(),
      random: () => 0,
      async sleep(ms, signal) {
        if (ms === limits.startMs) await written('sleepy', 'pid')
        else await clock.sleep(ms, signal)
      },
    }
    const start = await new LocalPods({ root: folder(), clock: hasty, limits }).start(image, 'pod', never)
    expect(start).toMatchObject({
      ok: false,
      fault: 'image',
      detail: expect.stringContaining('not ready within 777 s'),
    })
    expect(isAlive(Number(await written('sleepy', 'pid')))).toBe(false)
  })

  it('takes a port that somebody else took for a fault of the infrastructure', async () => {
    const code = `${tell('port', 'process.env.PORT')}
      import { existsSync } from 'node:fs'
      setInterval(() => existsSync('taken') && process.exit(1), 10)`
    const start = pods().start(await miner('late', code), 'pod', never)
    const other = createServer().listen(Number(await written('late', 'port')), '127.0.0.1')
    await once(other, 'listening')
    await writeFile(join(folder(), 'owner', 'late', commit, 'taken'), '')
    expect(await start).toMatchObject({ ok: false, fault: 'infrastructure' })
    other.close()
  })

  it.each([
    ['registry.example/image:tag', 'infrastructure'],
    [`local:owner/missing@${commit}`, 'image'],
    [`local:../../etc@${commit}`, 'image'],
    ['local:', 'infrastructure'],
  ])('does not run %s: a fault of the %s', async (image, fault) => {
    expect(await pods().start(image, 'pod', never)).toMatchObject({ ok: false, fault })
  })

  it('takes a miner that dies at work for a fault of the image', async () => {
    const image = await miner(
      'dies',
      server('console.log("segfault"); process.stdout.write("", () => process.exit(1))'),
    )
    const pod = started(await pods().start(image, 'pod', never))
    expect(await pod.generate(prompt, 1, never)).toMatchObject({ ok: false, fault: 'image' })
    await pod.stop()
    const detail = expect.stringContaining('exit code 1\nsegfault')
    expect(await pod.generate(prompt, 1, never)).toMatchObject({ ok: false, fault: 'image', detail })
  })

  it('stops starting when it is told to, and leaves nobody behind', async () => {
    const stop = new AbortController()
    const code = `${tell('pid', 'process.pid')}; setInterval(() => {}, 1e6)`
    const start = pods().start(await miner('stopped', code), 'pod', stop.signal)
    const pid = Number(await written('stopped', 'pid'))
    stop.abort()
    await expect(start).rejects.toMatchObject({ code: 'aborted' })
    expect(isAlive(pid)).toBe(false)
  })

  const family = server('response.end(JSON.stringify(pids))').replace(
    'createServer(',
    `import { spawn } from 'node:child_process'
     const pids = [process.pid, spawn('sleep', ['1000']).pid]
     createServer(`,
  )

  it('ends a miner with everything that it started', async () => {
    const pod = started(await pods().start(await miner('family', family), 'pod', never))
    const generation = await pod.generate(prompt, 1, never)
    const pids: number[] = JSON.parse(Buffer.from(generation.ok ? generation.bytes : []).toString())
    expect(pids.map(isAlive)).toEqual([true, true])
    await pod.stop()
    await Promise.all(pids.map(untilDead))
  })

  it.each(['SIGKILL', 'SIGTERM'] as const)('leaves nobody behind when we end by %s', async (signal) => {
    const image = await miner('orphans', family)
    const source = (path: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src', path)).href)
    const script = `
      import { LocalPods } from ${source('compute/local-pods.ts')}
      import { SystemClock } from ${source('engine/system-clock.ts')}
      const pods = new LocalPods({ root: ${JSON.stringify(folder())}, clock: new SystemClock() })
      const signal = new AbortController().signal
      const { pod } = await pods.start(${JSON.stringify(image)}, 'pod', signal)
      const { bytes } = await pod.generate({ name: 'p', image: new Uint8Array(1) }, 1, signal)
      console.log(Buffer.from(bytes).toString())`
    const env = { ...process.env, TMPDIR: folder() }
    const us = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env,
    })
    const [line] = await once(us.stdout, 'data')
    const pids: number[] = JSON.parse(String(line))
    expect(pids.map(isAlive)).toEqual([true, true])
    us.kill(signal)
    await once(us, 'exit')
    await Promise.all(pids.map(untilDead))
  })
})
