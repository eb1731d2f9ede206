/**
 * The least that any reader of a whole history has to do: names from `git log --raw`, contents from `git cat-file --batch`,
 * both streamed into this process, taken apart and dropped. `node bench/floor.ts <bare repository>`
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const [gitdir = '.'] = process.argv.slice(2)
const git = (...args: string[]) => spawn('git', ['-C', gitdir, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
const log = git(
  'log',
  ...['--reverse', '--first-parent', '-m', '--raw', '-z', '--no-abbrev', '--no-renames'],
  '--format=%H',
  'main',
)
const contents = git('cat-file', '--batch', '--buffer')

async function ask(): Promise<void> {
  let rest = ''
  log.stdout.setEncoding('latin1')
  for await (const chunk of log.stdout) {
    const tokens = (rest + chunk).split('\0')
    rest = tokens.pop() ?? ''
    const blobs = tokens.flatMap((token) => (/^\n?:\d+ 1/.test(token) ? [`${token.trimStart().slice(56, 96)}\n`] : []))
    if (blobs.length > 0 && !contents.stdin.write(blobs.join(''))) await once(contents.stdin, 'drain')
  }
  contents.stdin.end()
}

async function take(): Promise<{ blobs: number; bytes: number }> {
  let [blobs, bytes, left] = [0, 0, 0]
  let header = ''
  for await (const chunk of contents.stdout as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; ) {
      if (left > 0) {
        const taken = Math.min(left, chunk.length - at)
        at += taken
        left -= taken
        continue
      }
      const end = chunk.indexOf(10, at)
      header += chunk.toString('latin1', at, end < 0 ? chunk.length : end)
      at = end < 0 ? chunk.length : end + 1
      if (end < 0) continue
      const size = Number(header.slice(header.lastIndexOf(' ') + 1))
      header = ''
      blobs += 1
      bytes += size
      left = size + 1
    }
  }
  return { blobs, bytes }
}

const [{ blobs, bytes }] = await Promise.all([take(), ask()])
console.log(`${blobs} blobs, ${(bytes / 1e6).toFixed(1)} MB`)
