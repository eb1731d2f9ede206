import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const checkout = fileURLToPath(new URL('../..', import.meta.url))

/** As if no npm had started the tests. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|INIT_CWD$)/.test(name)))

const npm = (cwd: string, ...args: string[]) =>
  new Promise<string>((resolve) => {
    execFile('npm', args, { cwd, env: { ...env, NO_COLOR: '1' } }, (_error, stdout, stderr) => resolve(stdout + stderr))
  })

describe('paths, through the npm scripts of a checkout', () => {
  let away = ''
  beforeAll(async () => {
    away = await realpath(await mkdtemp(join(tmpdir(), 'roundkeeper-npm-')))
    await mkdir(join(away, 'nothing'))
  })
  afterAll(() => rm(away, { recursive: true, force: true }))

  it('are taken from where the person stands', async () => {
    const said = await npm(away, '--prefix', checkout, 'run', '-s', 'roundkeeper', '--', 'advance', '--dir', 'nothing')
    expect(said).toContain(`there is no competition in ${join(away, 'nothing')}\n`)
  })

  it('also in a subfolder of the checkout', async () => {
    const said = await npm(join(checkout, 'docs'), 'run', '-s', 'roundkeeper', '--', 'advance', '--dir', 'nothing')
    expect(said).toContain(`there is no competition in ${join(checkout, 'docs', 'nothing')}\n`)
  })

  it('also by the script for the demo, which refuses a folder that is not its own', async () => {
    const said = await npm(away, '--prefix', checkout, 'run', '-s', 'demo', '--', '--dir', '.')
    expect(said).toContain(`${away} holds something else\n`)
  })
})
