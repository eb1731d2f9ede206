/** Who is told what happens: whether they can be, as far as that shows without telling them anything. */
import { type Check, findingOf, ok, skipped, together } from '../check.ts'
import type { Setup } from '../setup.ts'

export const notificationsCheck: Check<Setup> = {
  id: 'notifications',
  title: 'Notifications',
  async run(setup) {
    const { told, missing } = await setup.audience()
    if (told.length + missing.length === 0) return skipped('nobody is to be told anything')
    const failures = missing.map(({ listener, error }) => {
      const finding = findingOf(error)
      return { ...finding, detail: `${listener}: ${finding.detail}` }
    })
    const sent = ok(`${told.join(', ')}; \`roundkeeper notify test\` sends them a message`)
    return together([...failures, ...(told.length > 0 ? [sent] : [])])
  },
}
