/** Makes repositories that our own writers would not: any bytes as names, any modes, commits as somebody typed them. */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'

type Content = string | Buffer

export interface OddFile {
  /** `100644` when absent; of a submodule (`160000`) the content is an id. */
  readonly mode?: string
  readonly content: Content
}

export interface OddCommit {
  readonly message: Content
  /** Of author and committer: `name <email>`. */
  readonly who?: Content
  readonly encoding?: string
  /** By path, as bytes in latin1; null removes. */
  readonly files: Readonly<Record<string, Content | OddFile | null>>
}

/** A new bare repository with these commits on `main`, one after another. */
export async function fastImport(gitdir: string, commits: readonly OddCommit[]): Promise<void> {
  stock(['init', '-q', '--bare', '--initial-branch=main', gitdir])
  const parts: Buffer[] = []
  const put = (text: Content) => parts.push(typeof text === 'string' ? Buffer.from(text) : text)
  const data = (content: Content) => {
    put(`data ${Buffer.byteLength(content)}\n`)
    put(content)
    put('\n')
  }
  for (const [i, { message, who = 'Odd <odd@example.org>', encoding, files }] of commits.entries()) {
    put('commit refs/heads/main\n')
    for (const role of ['author', 'committer']) {
      put(`${role} `)
      put(who)
      put(` ${1767225600 + 60 * i} +0000\n`)
    }
    if (encoding !== undefined) put(`encoding ${encoding}\n`)
    data(message)
    for (const [path, file] of Object.entries(files)) if (file === null) put(`D ${quoted(path)}\n`)
    for (const [path, file] of Object.entries(files)) {
      if (file === null) continue
      const { mode = '100644', content } = typeof file === 'object' && 'content' in file ? file : { content: file }
      put(`M ${mode} ${mode === '160000' ? content : 'inline'} ${quoted(path)}\n`)
      if (mode !== '160000') data(content)
    }
  }
  put('done\n')
  stock(['fast-import', '--quiet', '--done'], Buffer.concat(parts), gitdir)
}

/** An object with any bytes. @returns its id */
export async function writeObject(gitdir: string, type: string, bytes: Buffer): Promise<string> {
  const object = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])
  const oid = createHash('sha1').update(object).digest('hex')
  await mkdir(join(gitdir, 'objects', oid.slice(0, 2)), { recursive: true })
  await writeFile(join(gitdir, 'objects', oid.slice(0, 2), oid.slice(2)), deflateSync(object))
  return oid
}

function stock(args: readonly string[], input: Buffer = Buffer.alloc(0), cwd?: string): void {
  const { status, stderr } = spawnSync('git', args, { input, ...(cwd === undefined ? {} : { cwd }) })
  if (status !== 0) throw new Error(`git ${args[0]}: ${stderr}`)
}

const quoted = (path: string) =>
  `"${Array.from(Buffer.from(path, 'latin1'), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"`
