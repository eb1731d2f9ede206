/**
 * What draws in the browser: three.js, and Spark for splats. 41 MB that nothing else needs, so they are no development
 * dependencies: npm installs them beside the other things that benchmarks keep, when they are first needed.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const VERSIONS = { three: '0.187.0', '@sparkjsdev/spark': '2.2.0' } as const

/** @returns the folder below which their packages lie */
export function browserLibraries(root: string): string {
  const folder = join(root, 'node_modules/.cache/roundkeeper-bench/browser')
  const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`)
  const done = join(folder, `${packages.join(' ').replaceAll(/[^\w.]+/g, '-')}.done`)
  if (!existsSync(done)) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    console.error(`installing ${packages.join(' and ')} into ${folder}, once …`)
    const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
    execFileSync('npm', ['install', ...options, ...packages], { cwd: folder, stdio: ['ignore', 2, 2] })
    writeFileSync(done, '')
  }
  return join(folder, 'node_modules')
}
