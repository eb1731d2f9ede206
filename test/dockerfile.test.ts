import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { roundkeeper } from './support/in-process-cli.ts'

/** No container engine is asked: what can be wrong without one is looked at here. */
const root = new URL('../', import.meta.url)
const text = (path: string) => readFileSync(new URL(path, root), 'utf8')

interface Stage {
  readonly base: string
  readonly name: string
  readonly lines: (readonly [instruction: string, rest: string])[]
}

const instructions = text('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => [line.split(' ')[0]!, line.slice(line.indexOf(' ') + 1)] as const)
const stages: Stage[] = []
for (const [instruction, rest] of instructions) {
  const [base = '', , name = 'the last'] = rest.split(' ')
  if (instruction === 'FROM') stages.push({ base, name, lines: [] })
  else stages.at(-1)?.lines.push([instruction, rest])
}
const all = (stage: Stage, wanted: string) => stage.lines.flatMap(([name, rest]) => (name === wanted ? [rest] : []))
const stageOf = (name: string) => stages.find((stage) => stage.name === name)!
const ports = { 'serve-render': '8000', 'serve-distance': '8001' }

describe('the Dockerfile', () => {
  it('has a target for each service beside the command line', () => {
    expect(stages.map(({ name }) => name)).toEqual(['build', 'roundkeeper', ...Object.keys(ports), 'the last'])
    expect(stages.slice(2).map(({ base }) => base)).toEqual(['roundkeeper', 'roundkeeper', 'roundkeeper'])
  })

  it('is built on one version of Node, the one that everything is tested with', () => {
    const { packages } = JSON.parse(text('package-lock.json'))
    expect(instructions[0]).toEqual(['ARG', `NODE=${packages['node_modules/node'].version}-bookworm-slim`])
    expect(stages.slice(0, 2).map(({ base }) => base)).toEqual(['node:$NODE', 'node:$NODE'])
  })

  it('starts as nobody special', () => {
    const names = stageOf('roundkeeper').lines.map(([name]) => name)
    expect(all(stageOf('roundkeeper'), 'USER')).toEqual(['node'])
    expect(names.lastIndexOf('USER')).toBeGreaterThan(names.lastIndexOf('RUN'))
    for (const stage of stages.slice(2)) expect(all(stage, 'USER')).toEqual([])
  })

  it('copies what there is, and what .dockerignore lets through', () => {
    const allowed = text('.dockerignore').split('\n')
    const sources = stages.flatMap((stage) => all(stage, 'COPY')).filter((rest) => !rest.startsWith('--from'))
    for (const source of sources.flatMap((rest) => rest.split(' ').slice(0, -1))) {
      expect(existsSync(new URL(source, root)), source).toBe(true)
      expect(allowed).toContain(`!${source}`)
    }
  })

  it('starts the file that the package does', () => {
    const [entry] = all(stageOf('roundkeeper'), 'ENTRYPOINT')
    const { bin } = JSON.parse(text('package.json'))
    expect(JSON.parse(entry!)).toEqual(['node', `/opt/roundkeeper/${bin.roundkeeper}`])
  })

  it.each(Object.entries(ports))(
    'calls %s as the command line has it, and looks after its health',
    async (name, port) => {
      const stage = stageOf(name)
      const [command, ...options] = JSON.parse(all(stage, 'CMD')[0]!)
      const { code, stdout } = await roundkeeper(command, '--help')
      expect({ command, code }).toEqual({ command: name, code: 0 })
      for (const option of options) if (option.startsWith('--')) expect(stdout).toContain(option)
      expect(stdout).toMatch(new RegExp(`--port[^-]*\\(default:\\s+${port}\\)`))
      expect(all(stage, 'EXPOSE')).toEqual([port])
      expect(all(stage, 'HEALTHCHECK')[0]).toContain(`http://127.0.0.1:${port}/ready`)
    },
  )
})
