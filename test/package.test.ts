import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { performDockerfile, type Stage } from './support/perform-dockerfile.ts'

/** What a stranger gets: the package is built, packed, installed somewhere else, and used there without TypeScript. */
const root = fileURLToPath(new URL('..', import.meta.url))

interface Package {
  version: string
  bin: Record<string, string>
  files: string[]
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}
interface Lock {
  packages: Record<string, { optionalDependencies?: Record<string, string> }>
}

const readJson = async <T>(path: string) => JSON.parse(await readFile(path, 'utf8')) as T
const own = await readJson<Package>(join(root, 'package.json'))

interface Result {
  code: number
  stdout: string
  stderr: string
}

const run = (cwd: string, command: string, ...args: string[]): Promise<Result> =>
  new Promise((resolve) => {
    const env = { ...process.env, NODE_OPTIONS: '', NO_COLOR: '1' }
    execFile(command, args, { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : -1, stdout, stderr })
    })
  })

/** Built once, as the Dockerfile says it, for the image and for the package. */
let dir = ''
let stages: ReadonlyMap<string, Stage>
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'roundkeeper-package-'))
  // Those who are nobody special look into it, too.
  await chmod(dir, 0o755)
  stages = await performDockerfile(dir, 'serve')
})
afterAll(() => rm(dir, { recursive: true, force: true }))
const stageOf = (name: string) => stages.get(name) as Stage

describe('the package', () => {
  let installed = ''
  const main = () => join(installed, own.bin.roundkeeper ?? '')
  const roundkeeper = (...args: string[]) => run(dir, process.execPath, '--no-strip-types', main(), ...args)

  beforeAll(async () => {
    installed = join(dir, 'node_modules', 'roundkeeper')
    const packing = join(dir, 'packing')
    await cp(join(stageOf('build').root, 'build', 'dist'), join(packing, 'dist'), { recursive: true })
    for (const path of ['package.json', 'README.md', 'LICENSE', ...own.files.filter((each) => each !== 'dist')])
      await cp(join(root, path), join(packing, path), { recursive: true })
    // Its script to be run before packing has been: it is the build.
    expect(own.scripts.prepack).toBe('npm run -s build')
    const packed = await run(packing, 'npm', 'pack', '--ignore-scripts', '--pack-destination', dir)
    expect(packed, packed.stdout + packed.stderr).toMatchObject({ code: 0 })
    await writeFile(join(dir, 'package.json'), '{"private": true, "type": "module"}\n')
    // What the image has installed by the same rules is at hand; npm fetches what else there is.
    const there = join(stageOf('serve').root, 'opt/roundkeeper/node_modules')
    const linked = await run(dir, 'sh', '-c', `cp -al '${there}' . 2>/dev/null || cp -R '${there}' .`)
    expect(linked, linked.stderr).toMatchObject({ code: 0 })
    const tarball = join(dir, `roundkeeper-${own.version}.tgz`)
    const got = await run(dir, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', tarball)
    expect(got, got.stderr).toMatchObject({ code: 0 })
  })

  it('holds what it needs, and neither sources nor tests', async () => {
    const entries = await readdir(installed)
    expect(entries).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'dist', 'docs', 'state-template']))
    expect(entries).not.toContain('src')
    expect(entries).not.toContain('test')
    expect(existsSync(join(installed, 'state-template', '.github', 'workflows', 'advance.yml'))).toBe(true)
    const built = await readdir(join(installed, 'dist'), { recursive: true })
    expect(built.filter((path) => path.endsWith('.map'))).toEqual([])
  })

  it('brings no tool of ours along', async () => {
    const others = await readdir(join(dir, 'node_modules'))
    expect(Object.keys(own.devDependencies).filter((name) => others.includes(name))).toEqual([])
  })

  it('starts the processes of its renderer from a file that it has', async () => {
    const module = pathToFileURL(join(installed, 'dist', 'src', 'media', 'worker-renderer.js')).href
    const script = `
      const { WorkerRenderer } = await import(${JSON.stringify(module)})
      const renderer = new WorkerRenderer({ workers: 1 })
      const drawn = await renderer.render('ply', Buffer.from('no model'), 32, new AbortController().signal)
      await renderer.close()
      console.log(drawn.fault)`
    await writeFile(join(dir, 'draw.js'), script)
    const drawn = await run(dir, process.execPath, '--no-strip-types', 'draw.js')
    expect(drawn, drawn.stderr).toMatchObject({ code: 0, stdout: 'file\n' })
  })

  it('has a command, by the name that npm links', async () => {
    const link = join(dir, 'node_modules', '.bin', 'roundkeeper')
    expect(await run(dir, link, '--version')).toMatchObject({ code: 0, stdout: `${own.version}\n` })
    const help = await roundkeeper('--help')
    expect(help.code).toBe(0)
    for (const command of ['init', 'advance', 'status', 'pause', 'resume', 'replay', 'demo', 'wallet', 'miner']) {
      expect(help.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'))
    }
    expect(await roundkeeper('no-such-command')).toMatchObject({ code: 2 })
  })

  it('has the name by which miners know their tool', async () => {
    const link = join(dir, 'node_modules', '.bin', '404-cli')
    expect(await run(dir, link, '--version')).toMatchObject({ code: 0, stdout: `${own.version}\n` })
    const wrong = await run(dir, link, 'commit-hash', '--hash', 'short', '--wallet.name', 'a', '--wallet.hotkey', 'b')
    expect(wrong, wrong.stderr).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^\{"success": false, "error": "/),
    })
  })

  it('founds a competition and runs it', async () => {
    const urls = Array.from({ length: 128 }, (_, index) => `https://prompts.example.com/p${index}.png`)
    await writeFile(join(dir, 'prompts.txt'), urls.join('\n'))
    const init = await roundkeeper('init', 'competition', '--prompts', 'prompts.txt', '--name', 'elsewhere')
    expect(init, init.stderr).toMatchObject({ code: 0 })
    const status = await roundkeeper('status', 'competition', '--json')
    expect(status, status.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(status.stdout)).toMatchObject({ competition: 'elsewhere', state: { stage: 'open' }, late: false })
    const advance = await roundkeeper('advance', '--dir', 'competition', '--until-idle', '--json')
    expect(advance, advance.stderr).toMatchObject({ code: 0 })
    expect(JSON.parse(advance.stdout)).toMatchObject({ status: 'idle', round: 0, stage: 'open', commits: [] })
  })

  it('says by its exit code that it is held, and what is wrong', async () => {
    const pause = await roundkeeper('pause', '--dir', 'competition', '--reason', 'the package is being tested')
    expect(pause, pause.stderr).toMatchObject({ code: 0 })
    expect(await roundkeeper('advance', '--dir', 'competition')).toMatchObject({ code: 3 })
    expect(await roundkeeper('status', 'competition')).toMatchObject({ code: 3 })
    expect(await roundkeeper('resume', '--dir', 'competition', '--reason', 'done')).toMatchObject({ code: 0 })
    expect(await roundkeeper('advance', '--dir', 'nowhere')).toMatchObject({ code: 1 })
    expect(await roundkeeper('advance', '--max-minutes', 'soon')).toMatchObject({ code: 2 })
  })

  it('is a library too, with types', async () => {
    await mkdir(join(dir, 'consumer'))
    const source = [
      "import { advance, type AdvanceOptions, files, RoundkeeperError } from 'roundkeeper'",
      "import type { AdvanceReport, AdvanceStatus, Replay, RoundReplay, WorkPool } from 'roundkeeper'",
      "import { BareRepo, ClockChain, FolderStore, InProcessPool, owners, SystemClock, VirtualClock } from 'roundkeeper'",
      'export const status = (report: AdvanceReport): AdvanceStatus => report.status',
      'export const rounds = (result: Replay): readonly RoundReplay[] => result.rounds',
      'export const pool: WorkPool = new InProcessPool(2)',
      'export const adapters = [BareRepo, ClockChain, FolderStore, owners, SystemClock, VirtualClock]',
      'export const run = (options: AdvanceOptions) => advance(options).then(({ status }) => status)',
      "export const round: number = files.state.parse('{}', 'state.json').current_round",
      '// @ts-expect-error: a report is not a number, so the types are really there',
      'export const wrong: number = advance',
      'export { RoundkeeperError }',
    ]
    await writeFile(join(dir, 'consumer', 'index.ts'), source.join('\n'))
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2024']
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules', '@types')]
    const tsc = join(root, 'node_modules', '.bin', 'tsc')
    const checked = await run(dir, tsc, ...options, ...types, join(dir, 'consumer', 'index.ts'))
    expect(checked, checked.stdout).toMatchObject({ code: 0 })

    const script =
      "import { advance, RoundkeeperError } from 'roundkeeper'; console.log(typeof advance, RoundkeeperError.name)"
    const loaded = await run(dir, process.execPath, '--no-strip-types', '--input-type=module', '-e', script)
    expect(loaded, loaded.stderr).toMatchObject({ code: 0, stdout: 'function RoundkeeperError\n' })
  })
})

describe('the image', () => {
  /** Those of the Dockerfile, where we may become them, and they may come to the folder. */
  const ids = () => {
    const [uid, gid] = stageOf('serve').user.split(':').map(Number)
    const parents = dir.split(sep).map((_, depth, parts) => parts.slice(0, depth + 1).join(sep) || sep)
    const open = parents.every((path) => (statSync(path).mode & 0o001) !== 0)
    return process.getuid?.() === 0 && open ? { uid, gid } : {}
  }
  /** A process in the container, as far as that goes: its files, its user, its environment. */
  const inside = (folder: string, command: readonly string[]) => {
    const { root: from, env } = stageOf('serve')
    const [program = '', ...args] = command.map((word) => (word.startsWith('/opt/') ? join(from, word) : word))
    const tmp = join(from, 'tmp')
    const child = spawn(join(from, 'usr/local/bin', program), args, {
      cwd: folder,
      env: { ...env, PATH: join(from, 'usr/local/bin'), TMPDIR: tmp, HOME: tmp },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...ids(),
    })
    const said = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text) => (said[name] += text))
    return { child, said, ended: once(child, 'close').then(([code]) => code as number | null) }
  }

  it('serves a competition as nobody special, is found healthy, and stops in good order', async () => {
    const { entrypoint, cmd, healthcheck, env, user } = stageOf('serve')
    expect([env.NODE_ENV, user]).toEqual(['production', '1000:1000'])
    const folder = join(dir, 'competition-of-the-image')
    await mkdir(folder)
    const { uid, gid } = ids()
    if (uid !== undefined && gid !== undefined) await chown(folder, uid, gid)
    const urls = Array.from({ length: 128 }, (_, index) => `https://prompts.example.com/p${index}.png`)
    await writeFile(join(folder, 'prompts.txt'), urls.join('\n'))
    const init = inside(folder, [...entrypoint, 'init', 'my', '--prompts', 'prompts.txt'])
    expect(await init.ended, init.said.stderr).toBe(0)

    // The port of the Dockerfile may be somebody else's here.
    const { child, said, ended } = inside(join(folder, 'my'), [...entrypoint, ...cmd, '--port', '0'])
    try {
      const [, port] = await expect
        .poll(() => /"url":"http:\/\/0\.0\.0\.0:(\d+)"/.exec(said.stdout), { timeout: 120_000 })
        .toBeTruthy()
        .then(() => /"url":"http:\/\/0\.0\.0\.0:(\d+)"/.exec(said.stdout) as RegExpExecArray)
      const check = healthcheck.map((word) => word.replace('127.0.0.1:8002', `127.0.0.1:${port}`))
      expect(check).not.toEqual(healthcheck)
      const healthy = inside(folder, check)
      expect(await healthy.ended, healthy.said.stderr).toBe(0)
      await expect.poll(() => said.stdout, { timeout: 120_000 }).toMatch(/"job":"advance".*"status":"idle"/)
      child.kill('SIGTERM')
      expect(await ended, said.stderr).toBe(0)
      const late = inside(folder, check)
      expect(await late.ended).toBe(1)
    } finally {
      child.kill('SIGKILL')
    }
  })
})

describe('the lock', () => {
  /** npm leaves out what its registry does not hold, and `npm ci` then refuses the lock on every other machine. */
  it('names the optional packages of every platform', async () => {
    const { packages } = await readJson<Lock>(join(root, 'package-lock.json'))
    const names = new Set(Object.keys(packages).map((path) => path.replace(/^.*node_modules\//, '')))
    const wanted = Object.values(packages).flatMap((each) => Object.keys(each.optionalDependencies ?? {}))
    expect(wanted.length).toBeGreaterThan(10)
    expect(wanted.filter((name) => !names.has(name))).toEqual([])
  })
})
