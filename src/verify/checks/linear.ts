import type { Check } from '../step.ts'

/** One line of commits, from the first to the newest. */
export const linear = (): Check => ({
  name: 'the line of commits',
  step({ commit }, report) {
    if (commit.parents.length > 1) {
      report.finding(
        'history/merge',
        null,
        `This commit merges ${commit.parents.length} lines of history: what happened on the others cannot be placed in time.`,
      )
    }
  },
})
