import type { Context } from '../../src/engine/owner.ts'
import type { CodeAnswer } from '../../src/repo/code-host.ts'
import { codeOf, type Selection } from '../../src/rules/reveals.ts'
import type { RepositoryAnswer } from '../../src/state/reveals.ts'

/** A host in trouble may say of anything that it is not there: only what it goes on saying is believed. */
const ASKED_IN_VAIN = 3
const ASKED_AGAIN_MS = 20_000
/** After so many silent answers the host counts as down, and nobody else waits for it. */
const MAX_SILENT = 8

/** Asks the host of the code, where there is one, whether every entry's repository has its commit, and whose that is. */
export async function askForCode(
  selection: Selection,
  { codeHost, pool, clock, signal }: Context,
): Promise<Pick<Selection, 'repositories' | 'commitHotkeys'>> {
  if (codeHost === undefined) return {}
  let silent = 0
  const ask = async ({ repo, commit }: { repo: string; commit: string }, signal: AbortSignal): Promise<CodeAnswer> => {
    if (silent >= MAX_SILENT) return { found: 'unknown' }
    let answer = await codeHost.find(repo, commit, signal)
    for (let asked = 1; answer.found === 'no' && asked < ASKED_IN_VAIN; asked++) {
      await clock.sleep(ASKED_AGAIN_MS, signal)
      answer = await codeHost.find(repo, commit, signal)
    }
    silent = answer.found === 'unknown' ? silent + 1 : 0
    return answer
  }
  const repositories = new Map<string, RepositoryAnswer>()
  const commitHotkeys = new Map<string, string | null>()
  for await (const result of pool.run(codeOf(selection), ask, signal)) {
    if (!result.ok) throw result.error
    const { found, hotkey } = result.output
    repositories.set(result.input.hotkey, ANSWERS[found])
    if (hotkey !== undefined) commitHotkeys.set(result.input.hotkey, hotkey)
  }
  return { repositories, commitHotkeys }
}

const ANSWERS = { yes: 'found', no: 'missing', unknown: 'unreachable' } as const
