import type { Records } from '../../../engine/records.ts'
import { promptsMissingIn } from '../../../formats/generation-3d/prompts.ts'
import { outputsOf } from '../../../formats/generation-3d/record.ts'
import { files } from '../../../state/files.ts'

/** Of which entries the downloads are not complete: every prompt that counts has its output on record, or why there is none. */
export async function missingDownloads(snapshot: Records, round: number): Promise<string[]> {
  const of = { snapshot, number: round }
  const incomplete: string[] = []
  for (const hotkey of Object.keys((await snapshot.find(files.submissions, round)) ?? {})) {
    const missing = await promptsMissingIn(of, await outputsOf(of, hotkey))
    if (missing.length > 0) incomplete.push(`${missing.length} downloads of ${hotkey.slice(0, 10)} are missing`)
  }
  return incomplete
}
