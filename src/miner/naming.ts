/** A commit may name its hotkey, and better does. */
import type { Config } from '../state/config.ts'

/** A commit that a repository has, and whose it says it is; null: of several; absent: of nobody. */
export interface SeenCommit {
  readonly commit: string
  readonly hotkey?: string | null
}

/** Another trailer makes another commit, which has to be committed to anew: it is advice for the next one. */
export function namingAdvice(seen: SeenCommit | undefined, rules: Config['rules'], hotkey: string): string[] {
  if (rules !== 'v1' || seen === undefined || seen.hotkey !== undefined) return []
  return [
    `The commit ${seen.commit} does not say whose it is: whoever opens its timelock first may enter it before you. ` +
      `Make the next one with git commit --trailer "Hotkey: ${hotkey}".`,
  ]
}
