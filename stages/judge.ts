import { change } from '../src/engine/change.ts'
import type { Owner } from '../src/engine/owner.ts'
import { files } from '../src/state/index.ts'

/** Judges what the plan asks for, one contest after another, until the round is decided or has to wait for audits. */
export const judge: Owner = {
  name: 'judge',
  stages: ['duels'],
  async *run(round, context) {
    const { format } = context
    for (;;) {
      const plan = await format.plan(round, context)
      if (plan.kind === 'wait') return plan.waiting
      if (plan.kind === 'decided') {
        yield change(`Update state (finalizing) for round ${round.number}`)
          .at(await context.chain.head())
          .and(plan.change)
          .put(files.state, [], { ...round.state, stage: 'finalizing', next_stage_eta: null })
        return
      }
      if (plan.kind === 'record') {
        yield plan.change
      } else {
        context.progress({ what: `round ${round.number}: contests judged`, done: plan.done, total: plan.total })
        yield await format.judge(round, plan.contest, context)
      }
    }
  },
}
