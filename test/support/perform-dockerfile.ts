/**
 * Performs the steps of a Dockerfile in folders that stand for the roots of its stages, where no container engine is: COPY
 * from what .dockerignore lets through, WORKDIR, ENV, RUN by a shell. Two things differ: `npm ci` with what development needs is
 * what made the node_modules of this checkout, so these are linked; and `npm cache clean` cleans an empty cache, not ours.
 */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { chmod, copyFile, cp, mkdir, symlink, writeFile } from 'node:fs/promises'
import { basename, delimiter, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DockerfileParser, type Instruction, ModifiableInstruction } from 'dockerfile-ast'

const run = promisify(execFile)
const checkout = fileURLToPath(new URL('../../', import.meta.url))

export interface Stage {
  /** The folder that stands for `/`. */
  readonly root: string
  readonly workdir: string
  readonly env: Readonly<Record<string, string>>
  /** In exec form, as given last. */
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly healthcheck: readonly string[]
  readonly user: string
}

const argumentsOf = (line: Instruction) => line.getArguments().map((argument) => argument.getValue())
const textOf = (line: Instruction) => line.getRawArgumentsContent() ?? ''

/** @param dir where the roots of the stages are made @returns by their names */
export async function performDockerfile(dir: string, wanted: string): Promise<ReadonlyMap<string, Stage>> {
  const lines = DockerfileParser.parse(readFileSync(join(checkout, 'Dockerfile'), 'utf8')).getInstructions()
  const allowed = readFileSync(join(checkout, '.dockerignore'), 'utf8').split('\n')
  const bin = await shims(dir)
  const stages = new Map<string, Stage>()
  let stage: Stage | undefined
  let name = ''
  for (const line of lines) {
    const keyword = line.getKeyword()
    if (keyword === 'FROM') {
      if (name === wanted) break
      const [image = '', , as = ''] = argumentsOf(line)
      name = as
      stage = stages.get(image) ?? (await emptyStage(join(dir, name)))
    } else if (stage !== undefined) stage = await perform(stage, line)
    if (stage !== undefined) stages.set(name, stage)
  }
  return stages

  async function perform(now: Stage, line: Instruction): Promise<Stage> {
    const text = textOf(line)
    switch (line.getKeyword()) {
      case 'WORKDIR':
        await mkdir(join(now.root, text), { recursive: true })
        return { ...now, workdir: text }
      case 'ENV':
        return { ...now, env: { ...now.env, ...Object.fromEntries(text.split(' ').map((pair) => pair.split('='))) } }
      case 'COPY':
        await copy(now, line)
        return now
      case 'RUN': {
        const env = { ...process.env, ...now.env, PATH: `${bin}${delimiter}${process.env.PATH}`, NODE_OPTIONS: '' }
        await run('sh', ['-ec', text], { cwd: join(now.root, now.workdir), env, maxBuffer: 2 ** 26 })
        return now
      }
      case 'ENTRYPOINT':
        return { ...now, entrypoint: JSON.parse(text) }
      case 'CMD':
        return { ...now, cmd: JSON.parse(text) }
      case 'HEALTHCHECK':
        return { ...now, healthcheck: JSON.parse(/CMD (\[.*\])$/.exec(text)?.[1] ?? '[]') }
      case 'USER':
        return { ...now, user: text }
      case 'LABEL':
      case 'EXPOSE':
        return now
      default:
        throw new Error(`${line.getKeyword()} is not performed here`)
    }
  }

  async function copy(now: Stage, line: Instruction): Promise<void> {
    const flags = line instanceof ModifiableInstruction ? line.getFlags() : []
    const from = flags.find((flag) => flag.getName() === 'from')?.getValue() ?? undefined
    const sources = argumentsOf(line).filter((word) => !word.startsWith('--'))
    const target = join(now.root, posix.resolve(now.workdir, sources.pop() ?? ''))
    for (const source of sources) {
      if (from === undefined && !allowed.includes(`!${source}`)) throw new Error(`.dockerignore keeps ${source} back`)
      const path = from === undefined ? join(checkout, source) : join(stages.get(from)?.root ?? '', source)
      // A folder's contents are copied, a file under its name into a folder.
      await cp(path, sources.length > 1 || /\.json$/.test(source) ? join(target, basename(source)) : target, {
        recursive: true,
      })
    }
  }
}

async function emptyStage(root: string): Promise<Stage> {
  const bin = join(root, 'usr/local/bin')
  await mkdir(bin, { recursive: true })
  await mkdir(join(root, 'tmp'))
  await chmod(join(root, 'tmp'), 0o1777)
  await copyFile(process.execPath, join(bin, 'node'))
  await chmod(join(bin, 'node'), 0o755)
  return { root, workdir: '/', env: {}, entrypoint: [], cmd: [], healthcheck: [], user: 'root' }
}

/** A folder for the PATH, with an `npm` that leaves our cache alone and uses what this checkout has installed. */
async function shims(dir: string): Promise<string> {
  const bin = join(dir, 'bin')
  await mkdir(bin)
  const { stdout } = await run('sh', ['-c', 'command -v npm'])
  const script = `#!/bin/sh
case "$*" in
  "ci --no-audit --no-fund") exec ln -s '${join(checkout, 'node_modules')}' node_modules ;;
  "cache clean"*) npm_config_cache='${join(dir, 'no-cache')}'; export npm_config_cache ;;
esac
npm_config_prefer_offline=true exec '${stdout.trim()}' "$@"
`
  await writeFile(join(bin, 'npm'), script, { mode: 0o755 })
  await symlink(process.execPath, join(bin, 'node'))
  return bin
}
