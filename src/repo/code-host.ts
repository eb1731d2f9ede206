/** Where miners' code is, as far as the engine has to know. */
export interface CodeHost {
  /**
   * Looks for a commit in a public repository. Answers within a bounded time.
   * @param repo `owner/name` @param commit 40 lower-case hex digits
   * @throws RoundkeeperError `aborted`
   */
  find(repo: string, commit: string, signal: AbortSignal): Promise<CodeAnswer>
}

export interface CodeAnswer {
  /** Whether the repository contains the commit; `unknown` when the host did not answer, or not properly. */
  readonly found: 'yes' | 'no' | 'unknown'
  /** Of a commit that was found, the hotkey whose it says it is; null: it names several; absent: it names none. */
  readonly hotkey?: string | null
}
