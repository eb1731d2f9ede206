import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The entry point as a Node that says it is another version sees it. */
function onNode(version: string, ...command: string[]) {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`
  const args = [
    '--import',
    `data:text/javascript,${encodeURIComponent(pretend)}`,
    `${root}src/cli/main.ts`,
    ...(command.length === 0 ? ['--version'] : command),
  ]
  return spawnSync(process.execPath, args, { encoding: 'utf8' })
}

describe('the version of Node', () => {
  it.each(['20.20.2', '22.17.1'])('%s is refused in one line that says what to do', (version) => {
    const { status, stdout, stderr } = onNode(version)
    expect(status).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toBe(
      `error Roundkeeper needs Node 22.18 or newer, this is ${version}: install Node 22.18 or newer\n`,
    )
  })

  it('that is refused is not taken for what verify found', () => {
    expect(onNode('20.20.2', 'verify', 'competition.bundle').status).toBe(2)
  })

  it.each(['22.18.0', '24.0.0'])('%s will do', (version) => expect(onNode(version)).toMatchObject({ status: 0 }))

  it('is the one that the package asks for, and the entry point imports nothing before it has looked', () => {
    const { engines } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { engines: { node: string } }
    expect(engines.node).toBe('>=22.18')
    expect(readFileSync(`${root}src/cli/main.ts`, 'utf8')).not.toMatch(/^import /m)
  })
})
