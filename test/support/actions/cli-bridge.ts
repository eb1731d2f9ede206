/**
 * The engine for scripts that call `node …/src/cli/main.ts`, without a start of Node for every call: programs named `node` and
 * `npm` stand first on the path. The first hands the arguments, the folder and the whole environment of such a call to this
 * process, which runs the very same program, one call after another; every other script goes to the real Node. The second
 * installs nothing, since the engine's checkout is our own, with everything in it.
 */
import { once } from 'node:events'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { roundkeeperWith } from '../in-process-cli.ts'

export interface CliBridge extends AsyncDisposable {
  /** To put first on the path. */
  readonly bin: string
  /** Arguments of every call so far. */
  readonly calls: (readonly string[])[]
}

export async function startCliBridge(dir: string): Promise<CliBridge> {
  const [bin, mail] = [join(dir, 'bin'), join(dir, 'mail')]
  await Promise.all([bin, mail].map((each) => mkdir(each, { recursive: true })))
  const calls: (readonly string[])[] = []
  let last: Promise<unknown> = Promise.resolve()
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    createInterface({ input: socket }).once('line', (letter) => {
      last = last.then(() => answer(letter, socket, calls))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await program(join(bin, 'node'), nodeScript(port, mail))
  await program(join(bin, 'npm'), '#!/bin/bash\n[ "$1" = ci ] || { echo "npm $*: not here" >&2; exit 1; }\n')
  return {
    bin,
    calls,
    [Symbol.asyncDispose]: async () => {
      server.close()
      await last
    },
  }
}

async function program(path: string, text: string): Promise<void> {
  await writeFile(path, text)
  await chmod(path, 0o755)
}

const nodeScript = (port: number, mail: string) => `#!/bin/bash
case "$1" in
  */src/cli/main.ts) shift ;;
  *) exec '${process.execPath}' "$@" ;;
esac
letter=$(mktemp -d '${mail}/XXXXXXXX') || exit 9
env -0 >"$letter/env"
printf '%s\\0' "$@" >"$letter/args"
pwd >"$letter/cwd"
exec 9<>/dev/tcp/127.0.0.1/${port} || exit 9
echo "$letter" >&9
read -r code <&9 || exit 9
cat "$letter/stderr" >&2
cat "$letter/stdout"
exit "$code"
`

async function answer(letter: string, socket: Socket, calls: (readonly string[])[]): Promise<void> {
  const read = (name: string) => readFile(join(letter, name), 'utf8')
  const args = (await read('args')).split('\0').slice(0, -1)
  const given = (await read('env')).split('\0').filter((line) => line !== '')
  const env = Object.fromEntries(
    given.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
  calls.push(args)
  const here = process.cwd()
  process.chdir((await read('cwd')).trim())
  try {
    // Of our own environment, nothing.
    const nothing = Object.fromEntries(Object.keys(process.env).map((name) => [name, undefined as unknown as string]))
    const { code, stdout, stderr } = await roundkeeperWith({ env: { ...nothing, ...env } }, ...args)
    await writeFile(join(letter, 'stdout'), stdout)
    await writeFile(join(letter, 'stderr'), stderr)
    socket.end(`${code}\n`)
  } catch (error) {
    await writeFile(join(letter, 'stdout'), '')
    await writeFile(join(letter, 'stderr'), String((error as Error).stack))
    socket.end('1\n')
  } finally {
    process.chdir(here)
  }
}
