// Where roundkeeper.json names a repository on GitHub by its API, clones it, without a token, and names the clone instead.
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const [, , file, clone, server] = process.argv
const settings = JSON.parse(readFileSync(file, 'utf8'))
const [, repository] =
  /^github:([A-Za-z0-9][A-Za-z0-9_-]{0,98}\/[A-Za-z0-9._-]{1,100})$/.exec(settings.repo ?? '') ?? []
if (repository !== undefined) {
  const { signing_key: _, operator: __, ...others } = settings
  const branch = ['--single-branch', '--branch', settings.branch ?? 'main']
  execFileSync('git', ['clone', '--bare', '--quiet', '--no-tags', ...branch, '--', `${server}/${repository}`, clone], {
    env: { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_CONFIG_GLOBAL: '/dev/null' },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  writeFileSync(file, `${JSON.stringify({ ...others, repo: clone }, null, 2)}\n`)
}
