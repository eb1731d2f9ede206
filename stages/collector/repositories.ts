import type { Context } from '../../src/engine/owner.ts'
import { codeOf, type Selection } from '../../src/rules/reveals.ts'
import type { RepositoryAnswer } from '../../src/state/reveals.ts'

/** A host in trouble may say of anything that it is not there: only what it goes on saying is believed. */
const ASKED_IN_VAIN = 3
const ASKED_AGAIN_MS = 20_000
/** After so many silent answers the host counts as down, and nobody else waits for it. */
const MAX_SILENT = 8

/** Asks the host of the code, where there is one, whether every entry's repository has its commit. */
export async function askForCode(
  selection: Selection,
  { codeHost, pool, clock, signal }: Context,
): Promise<ReadonlyMap<string, RepositoryAnswer> | undefined> {
  if (codeHost === undefined) return undefined
  let silent = 0
  const ask = async ({ repo, commit }: { repo: string; commit: string }, signal: AbortSignal) => {
    if (silent >= MAX_SILENT) return 'unknown'
    let answer = await codeHost.contains(repo, commit, signal)
    for (let asked = 1; answer === 'no' && asked < ASKED_IN_VAIN; asked++) {
      await clock.sleep(ASKED_AGAIN_MS, signal)
      answer = await codeHost.contains(repo, commit, signal)
    }
    silent = answer === 'unknown' ? silent + 1 : 0
    return answer
  }
  const answers = new Map<string, RepositoryAnswer>()
  for await (const result of pool.run(codeOf(selection), ask, signal)) {
    if (!result.ok) throw result.error
    answers.set(result.input.hotkey, ANSWERS[result.output])
  }
  return answers
}

const ANSWERS = { yes: 'found', no: 'missing', unknown: 'unreachable' } as const
