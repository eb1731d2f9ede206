import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { OPERATOR_FILE, readSettings } from './operator-settings.ts'

/** Where to read a competition from: a folder made by `init` stands for the repository that it names. */
export async function sourceOf(source: string): Promise<string> {
  if (/^https?:\/\//.test(source)) return source
  const folder = resolve(source)
  const isOperator = await stat(join(folder, OPERATOR_FILE)).then(
    (found) => found.isFile(),
    () => false,
  )
  if (!isOperator) return source
  const { repo } = await readSettings(folder)
  return /^https?:\/\//.test(repo) ? repo : resolve(folder, repo)
}
