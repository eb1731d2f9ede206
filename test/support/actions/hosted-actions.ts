/** Stand-ins for the actions of GitHub that the template uses: files go where the real ones put them, and nothing else happens. */
import { cp, lstat, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { RunnerOptions } from './workflow-runner.ts'

/** Of one run; every name is given once. */
export interface Artifacts {
  readonly dir: string
  /** Ids by name. */
  readonly ids: Map<string, string>
}

/** @returns why it failed, if it did; or its outputs */
export type HostedAction = (
  given: Readonly<Record<string, string>>,
) => Promise<string | Readonly<Record<string, string>> | undefined>

interface Place {
  readonly workspace: string
  readonly artifacts: Artifacts
  readonly options: RunnerOptions
}

export function hostedActions({ workspace, artifacts, options }: Place): Readonly<Record<string, HostedAction>> {
  const cache = options.cache ?? new Map<string, string>()
  const upload: HostedAction = async ({ name = 'artifact', path = '', 'if-no-files-found': otherwise }) => {
    const found = await lstat(join(workspace, path)).catch(() => undefined)
    if (found === undefined) return otherwise === 'ignore' ? undefined : `nothing at ${path}`
    if (artifacts.ids.has(name) || !/^[\w.-]+$/.test(name)) return `there is an artifact ${name}`
    const id = String(1000 + artifacts.ids.size)
    artifacts.ids.set(name, id)
    const into = join(artifacts.dir, name)
    await mkdir(into, { recursive: true })
    const isFolder = found.isDirectory()
    await cp(join(workspace, path), isFolder ? into : join(into, basename(path)), { recursive: true })
    return { 'artifact-id': id }
  }
  return {
    'actions/checkout': async ({ repository, path = '.' }) => {
      await options.checkout({ repository, into: join(workspace, path) })
      return undefined
    },
    'actions/setup-node': async () => undefined,
    'actions/upload-artifact': upload,
    'actions/upload-pages-artifact': (given) => upload({ ...given, name: 'github-pages' }),
    'actions/deploy-pages': async () => (artifacts.ids.has('github-pages') ? undefined : 'nothing to publish'),
    'actions/download-artifact': async ({ pattern, 'artifact-ids': id, path = '' }) => {
      const into = join(workspace, path)
      if (id !== undefined) {
        const [name] = [...artifacts.ids].find(([, each]) => each === id) ?? []
        if (name === undefined) return `there is no artifact ${id}`
        await cp(join(artifacts.dir, name), into, { recursive: true })
        return undefined
      }
      const names = [...artifacts.ids.keys()].filter((name) => name.startsWith(pattern?.replace(/\*$/, '') ?? ''))
      for (const name of names) await cp(join(artifacts.dir, name), join(into, name), { recursive: true })
      return undefined
    },
    'actions/cache/restore': async ({ path = '', key = '', 'restore-keys': others = '' }) => {
      const newest = [...cache.keys()].reverse()
      const found = cache.has(key) ? key : newest.find((each) => others !== '' && each.startsWith(others))
      if (found === undefined) return undefined
      await mkdir(dirname(join(workspace, path)), { recursive: true })
      await writeFile(join(workspace, path), cache.get(found) ?? '')
      return undefined
    },
    'actions/cache/save': async ({ path = '', key = '' }) => {
      cache.set(key, await readFile(join(workspace, path), 'utf8'))
      return undefined
    },
    'github/codeql-action/upload-sarif': async ({ sarif_file: file = '' }) => {
      JSON.parse(await readFile(join(workspace, file), 'utf8'))
      return undefined
    },
  }
}
