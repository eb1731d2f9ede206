import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startInBackground } from '../../src/compute/background-process.ts'
import { temporaryFolder } from '../store/temporary.ts'

const folder = temporaryFolder()
const module = fileURLToPath(new URL('../../src/compute/background-process.ts', import.meta.url))
const env = { PATH: process.env.PATH ?? '' }
const program = (say: string) => ({ command: ['sh', '-c', say], cwd: folder(), env, log: join(folder(), 'log') })

it('begins when it is told to, under the process id that is known before', async () => {
  const child = await startInBackground(program('echo "$$ $1"; exit 3'))
  expect([child.running, await readFile(join(folder(), 'log'), 'utf8')]).toEqual([true, ''])
  child.begin()
  if (child.running) await once(child.ended, 'abort')
  expect(await child.story()).toBe(`it ended with exit code 3\n${child.pid}`)
})

it('never begins when whoever started it is killed before it could be put on record', async () => {
  const script = `import { startInBackground } from ${JSON.stringify(module)}
    const { pid } = await startInBackground(${JSON.stringify(program('echo it runs > began; exec sleep 600'))})
    process.stdout.write(String(pid), () => process.kill(process.pid, 'SIGKILL'))`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = Array.fromAsync(parent.stdout)
  await once(parent, 'close')
  const pid = Number(Buffer.concat(await output).toString())
  expect(pid).toBeGreaterThan(0)
  // Whoever reaps orphans may leave its id for a while: it is a zombie then.
  const isOver = async () =>
    readFile(`/proc/${pid}/stat`, 'utf8').then(
      (stat) => /\) Z /.test(stat),
      () => true,
    )
  await expect.poll(isOver, { timeout: 30_000 }).toBe(true)
  await expect(readFile(join(folder(), 'began'))).rejects.toThrow(/ENOENT/)
})

it('says what is missing', async () => {
  const nowhere = startInBackground({ ...program(''), command: ['no-such-program'] })
  await expect(nowhere).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('no-such-program') })
  await expect(startInBackground({ ...program(''), cwd: join(folder(), 'nowhere') })).rejects.toMatchObject({
    code: 'usage',
  })
})
