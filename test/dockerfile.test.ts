import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { labelsOf, lintDockerfile } from './support/dockerfile-lint.ts'
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
  .replaceAll(/\\\n\s*/g, '')
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
const ports = { 'serve-render': '8000', 'serve-distance': '8001', serve: '8002' }

describe('the Dockerfile', () => {
  it('has a target for each service beside the command line', () => {
    expect(stages.map(({ name }) => name)).toEqual([
      'build',
      'roundkeeper',
      ...Object.keys(ports),
      'worker',
      'the last',
    ])
    expect(new Set(stages.slice(2).map(({ base }) => base))).toEqual(new Set(['roundkeeper']))
  })

  it('is built on one version of Node, the one that everything is tested with', () => {
    const { packages } = JSON.parse(text('package-lock.json'))
    expect(instructions[0]).toEqual(['ARG', `NODE=${packages['node_modules/node'].version}-bookworm-slim`])
    expect(stages.slice(0, 2).map(({ base }) => base)).toEqual(['node:$NODE', 'node:$NODE'])
  })

  it('starts as nobody special', () => {
    const names = stageOf('roundkeeper').lines.map(([name]) => name)
    expect(all(stageOf('roundkeeper'), 'USER')).toEqual(['1000:1000'])
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
      expect(all(stage, 'HEALTHCHECK')[0]).toMatch(new RegExp(`http://127\\.0\\.0\\.1:${port}/(ready|live)'`))
    },
  )

  it('calls the worker as the command line has it', async () => {
    const [command, ...options] = JSON.parse(all(stageOf('worker'), 'CMD')[0]!)
    const { code, stdout } = await roundkeeper(command, '--help')
    expect({ command, code }).toEqual({ command: 'worker', code: 0 })
    for (const option of options) expect(stdout).toContain(option)
  })

  it('says what it is, and is for every processor', () => {
    const labels = new Map(all(stageOf('roundkeeper'), 'LABEL').flatMap(labelsOf))
    const { description, license, version } = JSON.parse(text('package.json'))
    const name = (key: string) => labels.get(`org.opencontainers.image.${key}`)
    expect([name('description'), name('licenses'), name('version')]).toEqual([description, license, version])
    const steps = stages.flatMap((stage) => stage.lines.map((line) => line.join(' '))).join('\n')
    expect(steps).not.toMatch(/amd64|arm64|x86_64|aarch64|TARGETARCH|--platform/)
  })

  it('breaks no rule of hadolint', () => {
    expect(lintDockerfile(text('Dockerfile'))).toEqual([])
  })
})

describe('the rules of hadolint', () => {
  const good = 'FROM node:24-slim AS a\nWORKDIR /x\n'
  it.each([
    ['syntax', 'FROM node:24-slim\nRUNN x\nUSER 1'],
    ['DL1001', `# hadolint ignore=DL3007\n${good}USER 1`],
    ['DL3000', 'FROM node:24-slim\nWORKDIR x\nUSER 1'],
    ['DL3001', `${good}RUN service start\nUSER 1`],
    ['DL3002', `${good}USER root`],
    ['DL3002', good],
    ['DL3002', `${good}USER 0:0\nFROM a\nCMD ["x"]`],
    ['DL3003', `${good}RUN cd /y && make\nUSER 1`],
    ['DL3004', `${good}RUN sudo make\nUSER 1`],
    ['DL3006', 'FROM node\nUSER 1'],
    ['DL3007', 'ARG TAG=latest\nFROM node:$TAG\nUSER 1'],
    ['DL3008', `${good}RUN apt-get install -y git\nUSER 1`],
    ['DL3009', `${good}RUN apt-get update\nUSER 1`],
    ['DL3011', `${good}EXPOSE 80000\nUSER 1`],
    ['DL3012', `${good}HEALTHCHECK CMD ["a"]\nHEALTHCHECK CMD ["b"]\nUSER 1`],
    ['DL3013', `${good}RUN pip install numpy\nUSER 1`],
    ['DL3016', `${good}RUN npm install -g typescript\nUSER 1`],
    ['DL3018', `${good}RUN apk add git\nUSER 1`],
    ['DL3020', `${good}ADD src src\nUSER 1`],
    ['DL3021', `${good}COPY a b c\nUSER 1`],
    ['DL3022', `${good}COPY --from=nowhere a b\nUSER 1`],
    ['DL3023', `${good}COPY --from=a a b\nUSER 1`],
    ['DL3024', `${good}FROM a AS a\nUSER 1`],
    ['DL3025', `${good}CMD node x\nUSER 1`],
    ['DL3027', `${good}RUN apt install git\nUSER 1`],
    ['DL3029', 'FROM --platform=linux/amd64 node:24-slim\nUSER 1'],
    ['DL3045', 'FROM node:24-slim\nCOPY a b\nUSER 1'],
    ['DL3047', `${good}RUN wget http://x\nUSER 1`],
    ['DL3048', `${good}LABEL Upper..case="x"\nUSER 1`],
    ['DL3051', `${good}LABEL empty=""\nUSER 1`],
    ['DL3056', `${good}LABEL org.opencontainers.image.version="new"\nUSER 1`],
    ['DL3059', `${good}RUN a\nRUN b\nUSER 1`],
    ['DL3061', 'WORKDIR /x\nFROM node:24-slim\nUSER 1'],
    ['DL4000', `${good}MAINTAINER me\nUSER 1`],
    ['DL4003', `${good}CMD ["a"]\nCMD ["b"]\nUSER 1`],
    ['DL4004', `${good}ENTRYPOINT ["a"]\nENTRYPOINT ["b"]\nUSER 1`],
    ['DL4006', `${good}RUN a | b\nUSER 1`],
  ])('%s finds %j', (rule, file) => {
    expect(lintDockerfile(file).map((each) => each.split(' ')[0])).toContain(rule)
  })

  it('find nothing in what is good', () => {
    expect(lintDockerfile(`${good}COPY a b c/\nRUN npm ci && a || b\nUSER 1\nCMD ["a"]`)).toEqual([])
  })
})
