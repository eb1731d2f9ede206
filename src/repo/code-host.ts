/** Where miners' code is, as far as the engine has to know. */
export interface CodeHost {
  /**
   * Whether a public repository contains a commit. Answers within a bounded time.
   * @param repo `owner/name` @param commit 40 lower-case hex digits
   * @returns `unknown` when the host did not answer, or not properly @throws RoundkeeperError `aborted`
   */
  contains(repo: string, commit: string, signal: AbortSignal): Promise<'yes' | 'no' | 'unknown'>
}
