/** The program as it is shipped: compiled. From sources it starts later and takes more memory, in every thread. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** @param root of the sources @param folder below it, to be written @returns its main file */
export function built(root: string, folder: string): string {
  mkdirSync(folder, { recursive: true })
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'))
  const options = ['-p', join(root, 'tsconfig.build.json'), '--noCheck', '--outDir', join(folder, 'dist')]
  execFileSync(join(root, 'node_modules/.bin/tsc'), options, { stdio: 'inherit' })
  return join(folder, 'dist/src/cli/main.js')
}
