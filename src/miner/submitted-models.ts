/** Models of a miner's own, in a folder, by the prompts that they are of. */
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RoundkeeperError } from '../errors.ts'

export type ModelKindName = 'glb' | 'ply'

/**
 * `{stem}.{kind}`, as hosts serve them.
 * @returns their paths by stem, those that are there
 * @throws `not-found` for no folder, or one without a model of these prompts
 */
export async function submittedIn(
  dir: string,
  stems: readonly string[],
  kind: ModelKindName,
): Promise<Map<string, string>> {
  if (!(await stat(dir).catch(() => undefined))?.isDirectory())
    throw new RoundkeeperError('not-found', `there is no folder ${dir}`, {
      where: '--submitted',
      hint: 'Name the folder with the models that you uploaded, or would.',
    })
  const found = new Map<string, string>()
  for (const stem of stems) {
    const path = join(dir, `${stem}.${kind}`)
    if ((await stat(path).catch(() => undefined))?.isFile()) found.set(stem, path)
  }
  if (found.size > 0) return found
  throw new RoundkeeperError('not-found', `there is no .${kind} of any of the ${stems.length} prompts in ${dir}`, {
    where: '--submitted',
    hint: `A model is called as its prompt is: vase.${kind} for …/vase.jpg. \`roundkeeper miner generate\` names them so.`,
  })
}
