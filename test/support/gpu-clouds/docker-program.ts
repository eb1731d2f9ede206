import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * A container engine that is nothing but a program and a folder: containers are processes of their own, which outlive
 * whoever started them. Images are called by what they do: `honest`, `never-healthy`, `crashes`, `dies` and `outgrows` (are
 * killed by the kernel, at their first prompt), `missing`. While there is a file `down`, the engine does not answer.
 */
export interface DockerProgram {
  readonly program: string
  /** Arguments of every call so far. */
  calls(): Promise<string[][]>
  setDown(down: boolean): Promise<void>
  /** Process ids of the containers that run. */
  pids(): Promise<number[]>
  stopAll(): Promise<void>
}

export async function dockerProgram(folder: string): Promise<DockerProgram> {
  const state = join(folder, 'containers')
  await mkdir(state, { recursive: true })
  const program = join(folder, 'docker')
  await writeFile(program, `#!${process.execPath}\n${source(folder)}`)
  await chmod(program, 0o755)
  const down = join(folder, 'down')
  const pids = async () => {
    const texts = (await readdir(state)).map((name) => readFile(join(state, name), 'utf8').catch(() => undefined))
    return (await Promise.all(texts)).flatMap((text): number[] => (text === undefined ? [] : [JSON.parse(text).pid]))
  }
  return {
    program,
    pids,
    async calls() {
      const text = await readFile(join(folder, 'calls'), 'utf8').catch(() => '')
      return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
    },
    setDown: async (is) => (is ? writeFile(down, '') : rm(down, { force: true })),
    async stopAll() {
      for (const pid of await pids()) {
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          // It has ended.
        }
      }
    },
  }
}

/** CommonJS, as every file without an extension is. */
const source = (folder: string) => `
const { spawn } = require('node:child_process')
const { appendFileSync, existsSync, mkdirSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync, renameSync } = require('node:fs')
const { createServer } = require('node:http')
const { join } = require('node:path')
const folder = ${JSON.stringify(folder)}
const fileOf = (name) => join(folder, 'containers', name)
const logOf = (name) => join(folder, name + '.log')
/** Whole or not at all: other calls read it at any moment. */
const write = (file, text) => {
  const half = join(folder, process.pid + '.half')
  writeFileSync(half, text)
  renameSync(half, file)
}
const readIfThere = (file) => {
  try { return readFileSync(file, 'utf8') } catch (error) { if (error.code !== 'ENOENT') throw error }
}
const say = (code, text) => { process.stderr.write(text + '\\n'); process.exit(code) }
const read = (name) => {
  const text = readIfThere(fileOf(name))
  if (text === undefined) return undefined
  const container = JSON.parse(text)
  try { process.kill(container.pid, 0); return container } catch { rmSync(fileOf(name), { force: true }) }
}
/** Not any more once nothing but its exit code is left of it. */
const runs = (pid) => {
  try { return !/\\) [ZX] /.test(readFileSync('/proc/' + pid + '/stat', 'utf8')) } catch { return false }
}
const [command, ...args] = process.argv.slice(2)

if (command === '__container') {
  const [name, image, portFile] = args
  if (image === 'crashes') { console.error('no CUDA device'); process.exit(3) }
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      if (request.url === '/health') return response.writeHead(image === 'never-healthy' ? 503 : 200).end()
      if (image === 'dies') { console.error('segfault'); process.exit(139) }
      if (image === 'outgrows') process.kill(process.pid, 'SIGKILL')
      response.end('a model')
    })
  }).listen(0, '127.0.0.1', () => write(portFile, String(server.address().port)))
  // Whoever ran it may have been killed before it was on record, and nobody would ever stop it.
  setInterval(() => existsSync(folder) || process.exit(), 1000)
} else {
  appendFileSync(join(folder, 'calls'), JSON.stringify([command, ...args]) + '\\n')
  if (existsSync(join(folder, 'down'))) say(1, 'Cannot connect to the Docker daemon. Is the docker daemon running?')
  if (command === 'info') console.log('{}')
  else if (command === 'network') {
    const file = join(folder, 'network-' + args.at(-1))
    if (args[0] === 'create') writeFileSync(file, '')
    else if (!existsSync(file)) say(1, 'Error response from daemon: network ' + args.at(-1) + ' not found')
  } else if (command === 'run') run()
  else if (command === 'ps') for (const name of readdirSync(join(folder, 'containers'))) read(name) && console.log(name)
  else if (command === 'inspect') inspect()
  else if (command === 'logs') {
    if (!existsSync(logOf(args.at(-1)))) say(1, 'Error response from daemon: No such container: ' + args.at(-1))
    process.stdout.write(readFileSync(logOf(args.at(-1))))
  } else if (command === 'events') {
    const name = args.find((each) => each.startsWith('container=')).slice('container='.length)
    process.stdout.write(readIfThere(join(folder, name + '.events')) ?? '')
  } else if (command === 'rm' || command === 'kill') {
    const container = read(args.at(-1))
    if (container === undefined) say(1, 'Error response from daemon: No such container: ' + args.at(-1))
    appendFileSync(join(folder, args.at(-1) + '.events'), '{"Action":"kill"}\\n')
    process.kill(container.pid, 'SIGKILL')
    while (runs(container.pid)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    rmSync(fileOf(args.at(-1)), { force: true })
  } else say(1, 'unknown command: ' + command)
}

function run() {
  const options = { label: {} }
  const flags = ['--rm']
  while (args[0]?.startsWith('--')) {
    const flag = args.shift()
    if (flags.includes(flag)) continue
    const value = args.shift()
    if (flag === '--label') options.label[value.split('=')[0]] = value.slice(value.indexOf('=') + 1)
    else options[flag.slice(2)] = value
  }
  const [image] = args
  if (image === 'missing') say(125, "Unable to find image 'missing' locally")
  if (options.network && !existsSync(join(folder, 'network-' + options.network))) say(125, 'network not found')
  if (read(options.name)) say(125, 'Conflict. The container name is already in use')
  const out = openSync(logOf(options.name), 'a')
  const portFile = join(folder, options.name + '.port')
  const child = spawn(process.execPath, [__filename, '__container', options.name, image, portFile], {
    detached: true, stdio: ['ignore', out, out], env: {},
  })
  const container = { pid: child.pid, name: options.name, labels: options.label, publish: options.publish, portFile, created: new Date() }
  write(fileOf(options.name), JSON.stringify(container))
  child.on('exit', (code) => {
    process.stdout.write(readFileSync(logOf(options.name)), () => {
      rmSync(fileOf(options.name), { force: true })
      process.exit(code ?? 137)
    })
  })
}

function inspect() {
  const found = args.slice(2).map((name) => [name, read(name)])
  const portsOf = ({ portFile, publish }) => {
    const HostPort = readIfThere(portFile)
    return HostPort === undefined ? {} : { [publish.split('::')[1] + '/tcp']: [{ HostIp: '127.0.0.1', HostPort }] }
  }
  const views = found.filter(([, each]) => each).map(([name, each]) => ({
    Name: '/' + name, Created: each.created, State: { Status: 'running', ExitCode: 0, OOMKilled: false },
    Config: { Labels: each.labels },
    NetworkSettings: { Ports: portsOf(each) },
  }))
  process.stdout.write(JSON.stringify(views) + '\\n')
  const missing = found.find(([, each]) => !each)
  if (missing) say(1, 'Error response from daemon: No such container: ' + missing[0])
}
`
