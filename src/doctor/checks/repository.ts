/** The state repository can be reached, and holds a competition. */
import { files } from '../../state/index.ts'
import { type Check, ok, Waits } from '../check.ts'
import type { Setup } from '../setup.ts'

export const repositoryCheck: Check<Setup> = {
  id: 'repository',
  title: 'State repository',
  async run(setup) {
    const snapshot = await setup.snapshot().catch((error: unknown) => {
      throw error instanceof Waits ? error.cause : error
    })
    const { current_round: round, stage } = await snapshot.read(files.state)
    const { name } = await snapshot.read(files.config)
    return ok(
      `${setup.place.address}, ${setup.place.branch} at ${snapshot.head.slice(0, 10)}: ${name}, round ${round}, ${stage}`,
    )
  },
}
