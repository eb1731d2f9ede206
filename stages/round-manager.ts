import { change } from '../src/engine/change.ts'
import type { Owner } from '../src/engine/owner.ts'
import { formatEta, nextSchedule } from '../src/rules/schedule.ts'
import { files } from '../src/state/index.ts'

/** FINALIZING: hands the crown on, and opens the next round or ends the competition, in one commit. */
export const roundManager: Owner = {
  name: 'round-manager',
  stages: ['finalizing'],
  async *run(round, context) {
    const { snapshot, config, number, state } = round
    const previous = await snapshot.find(files.schedule, number)
    const head = await context.chain.head()
    const next = nextSchedule({ config, previous, head })
    if (next.kind === 'finished') {
      const crown = await context.format.crown(round, next.effectiveBlock, context)
      yield change(`Update ${parts('state (finished)', crown.files.size > 0 && 'leader')} for round ${number}`)
        .at(head)
        .and(crown)
        .put(files.state, [], { ...state, stage: 'finished', next_stage_eta: null })
      return undefined
    }
    const { attempt: _, ...onwards } = state
    const crown = await context.format.crown(round, next.schedule.latest_reveal_block, context)
    yield change(
      `Update ${parts('state (open)', 'schedule', crown.files.size > 0 && 'leader')} for round ${number + 1}`,
    )
      .at(head)
      .and(crown)
      .put(files.schedule, [number + 1], {
        ...next.schedule,
        decided_at_block: head.number,
        decided_at: head.time.toISOString(),
      })
      .put(files.state, [], {
        ...onwards,
        current_round: number + 1,
        stage: 'open',
        next_stage_eta: formatEta(next.startsAt),
      })
    return undefined
  },
}

const parts = (...names: (string | false)[]) => names.filter(Boolean).join(', ')
