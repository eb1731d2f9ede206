import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'

/** The commands of the README, as they stand there; but the port is one that is free, and no question leaves this machine. */
const root = fileURLToPath(new URL('../..', import.meta.url))
let home = ''
let chain: ChildProcess | undefined
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'roundkeeper-five-minutes-'))
  const shim = `#!/bin/sh\nexec '${process.execPath}' '${root}src/cli/main.ts' "$@"\n`
  await writeFile(join(home, 'roundkeeper'), shim)
  await chmod(join(home, 'roundkeeper'), 0o755)
})
afterAll(async () => {
  if (chain?.exitCode === null) {
    chain.kill('SIGINT')
    await new Promise((resolve) => chain?.once('close', resolve))
  }
  await rm(home, { recursive: true, force: true })
})

function shell(script: string, onOutput?: (text: string) => void) {
  const env = {
    ...process.env,
    HOME: home,
    PATH: `${home}:${process.env.PATH}`,
    ROUNDKEEPER_GIT_HOST: 'http://127.0.0.1:1',
  }
  const child = spawn('bash', ['-e', '-c', script], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      onOutput?.(output)
    })
  }
  const done = new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    child.on('error', reject).on('close', (code) => resolve({ code, output }))
  })
  return { child, done }
}

it.skipIf(process.platform === 'win32')('“Mine in five minutes” does what it says', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const section = /^## Mine in five minutes\n(.*?)^## /ms.exec(readme)?.[1] ?? ''
  const [first = '', second = ''] = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block)
  expect(first).toContain('roundkeeper devchain ')
  expect(second).toContain('--cdn-url https://cdn.example.com/models')

  const endpoint = await new Promise<string>((resolve, reject) => {
    // `exec`, so that the signal at the end reaches the chain.
    const started = shell(first.replace('roundkeeper devchain ', 'exec roundkeeper devchain --port 0 '), (output) => {
      const url = /ws:\/\/[\d.:]+\d/.exec(output)?.[0]
      if (url !== undefined && output.includes('registered')) resolve(url)
    })
    chain = started.child
    started.done.then(({ output }) => reject(new Error(`the chain ended: ${output}`)), reject)
  })

  const here = second.replaceAll(/\blocal\b/g, endpoint).replace('https://cdn.example.com', 'http://127.0.0.1:1')
  const { code, output } = await shell(here).done
  expect(code, output).toBe(0)
  expect(output).toContain('next     round 0: roundkeeper miner commit-hash')
  expect(output.match(/^reveal +shown since block \d+$/gm)).toHaveLength(2)
  expect(output).toContain('It would be accepted as it is, as number 1 of 1.')
  expect(output).toMatch(/^\d+ +5\w{47} +\d+ +7fd1a60b01f91b314f59955a4e4d4e80d8edf11d +octocat\/Hello-World/m)
})
