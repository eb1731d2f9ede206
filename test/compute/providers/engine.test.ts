import { execFileSync, spawnSync } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Container } from '../../../src/compute/providers/container.ts'
import { temporaryFolder } from '../../store/temporary.ts'
import { Pauses } from '../../support/gpu-clouds/pauses.ts'
import { providerContract, requestOf, type World } from './contract.ts'

/** The engine of this machine, where there is one: nothing is pulled, the image is made of the Node that runs this. */
const engines = process.platform === 'linux' ? ['docker', 'podman'] : []
const engine = engines.find((program) => {
  const options = { timeout: 10_000, stdio: 'ignore' } as const
  return spawnSync(program, ['info', '--format', '{{json .}}'], options).status === 0
})
const folder = temporaryFolder()
const IMAGE = 'honest'

const server = `require('node:http').createServer((request, response) => response.end()).listen(10006, '0.0.0.0')`

/** A root with nothing in it but Node, the libraries that it wants, and the server. */
async function nodeRoot(into: string): Promise<void> {
  const libraries = execFileSync('ldd', [process.execPath], { encoding: 'utf8' }).match(/\/[^\s:]+/g) ?? []
  for (const path of libraries.filter((library) => library !== process.execPath)) {
    await mkdir(join(into, dirname(path)), { recursive: true })
    await copyFile(path, join(into, path))
    await chmod(join(into, path), 0o755)
  }
  await copyFile(process.execPath, join(into, 'node'))
  await writeFile(join(into, 'server.js'), server)
}

describe('where no engine answers', () => {
  it('a pod is not started, and the remedy is told', async () => {
    const nowhere = new Container({ clock: new Pauses(), program: join(folder(), 'docker') })
    const start = nowhere.deploy(requestOf(IMAGE), new AbortController().signal)
    await expect(start).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringMatching(/\w/) })
  })
})

// Most machines have none that answers: providers.test.ts holds the same contract with a program that stands in for one.
if (engine !== undefined) describe('the engine of this machine', realEngine)

function realEngine() {
  beforeAll(async () => {
    const root = await mkdtemp(join(folder(), 'root-'))
    await nodeRoot(root)
    const archive = join(folder(), 'root.tar')
    execFileSync('tar', ['-cf', archive, '-C', root, '.'])
    execFileSync(engine as string, ['import', '--change', 'CMD ["/node", "/server.js"]', archive, IMAGE])
  })
  afterAll(() => {
    spawnSync(engine as string, ['image', 'rm', '--force', IMAGE])
  })

  const open = async (): Promise<World> => {
    const clock = new Pauses()
    const down = join(await mkdtemp(join(folder(), 'engine-')), 'down')
    const program = join(dirname(down), engine as string)
    await writeFile(program, `#!/bin/sh\n[ -e '${down}' ] && { echo 'it is down' >&2; exit 1; }\nexec ${engine} "$@"\n`)
    await chmod(program, 0o755)
    const { run } = requestOf(IMAGE).labels
    return {
      ...{ clock, secrets: [], priced: true, logs: /^$/ },
      provider: new Container({ clock, program, memory: '512m', cpus: 1 }),
      break: () => writeFile(down, ''),
      async [Symbol.asyncDispose]() {
        const label = ['--filter', `label=roundkeeper.run=${run}`]
        const left = execFileSync(engine as string, ['ps', '-aq', ...label], { encoding: 'utf8' })
        for (const id of left.split('\n').filter((line) => line !== '')) spawnSync(engine as string, ['rm', '-f', id])
      },
    }
  }
  providerContract(open)
}
