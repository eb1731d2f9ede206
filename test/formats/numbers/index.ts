import { change } from '../../../src/engine/change.ts'
import type { Format } from '../../../src/engine/format.ts'
import { crown } from './crown.ts'
import { numbersFiles } from './files.ts'
import type { Oracle } from './oracle.ts'
import { judge, plan } from './plan.ts'
import { revealSchema } from './reveal.ts'
import { drawItems, poolOf, readGuess } from './rules.ts'
import { settingsOf } from './settings.ts'
import { jobs, revealTarget } from './target.ts'

/** Numbers guessed against a hidden target: absolute scores, a chain of kings, and nobody's code is run. */
export const numbers = (ports: { readonly oracle: Oracle }): Format => ({
  id: 'numbers',
  reveals: () => revealSchema,
  async announce({ snapshot, config, number }, { signal }) {
    if ((await snapshot.find(numbersFiles.commitment, number)) !== undefined) return undefined
    const pool = poolOf(settingsOf(config).pool_size)
    const digest = await ports.oracle.commit(`${config.name}-${number}`, pool, signal)
    return change(`Target commitment of round ${number}`).put(numbersFiles.commitment, [number], { digest })
  },
  async handOut({ config, number }, { seed }) {
    const items = drawItems(seed, settingsOf(config).pool_size, config.prompts_per_round)
    return change().put(numbersFiles.items, [number], items)
  },
  atDeadline: async () => undefined,
  async *collect({ snapshot, config, number }, entries) {
    const items = await snapshot.read(numbersFiles.items, number)
    for (const [hotkey, entry] of Object.entries(entries)) {
      if ((await snapshot.find(numbersFiles.answers, number, hotkey)) !== undefined) continue
      const answers = readGuess(String(entry.guess), settingsOf(config).pool_size, items)
      const what = `Answers of ${hotkey.slice(0, 10)} for round ${number}`
      yield change(what).put(numbersFiles.answers, [number, hotkey], answers)
    }
  },
  plan,
  judge,
  jobs,
  work: (round, _job, context) => revealTarget(ports.oracle, round, context),
  crown,
})
