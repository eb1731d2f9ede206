/** Until the first round has left its open stage, whoever founds the competition may still set it up by hand. */
import type { Records } from '../../engine/records.ts'
import { files } from '../../state/files.ts'
import type { State } from '../../state/state.ts'
import type { Step } from '../step.ts'

export class Founding {
  #over = false

  /** For a walk that begins in the middle. */
  async begin(records: Records, memory?: unknown): Promise<void> {
    if (typeof memory === 'boolean') {
      this.#over = memory
      return
    }
    const state = await records.find(files.state).catch(() => undefined)
    // A state that cannot be read says nothing: what was done before it may be long ago.
    this.#over = state === undefined ? (await records.text('state.json')) !== undefined : !isFirst(state)
  }

  memory(): boolean {
    return this.#over
  }

  /** Whether it goes on at this commit, which does not begin the round either; once over, it stays so. */
  holds({ stateBefore, stateAfter }: Pick<Step, 'stateBefore' | 'stateAfter'>): boolean {
    if (stateBefore !== undefined && !(isFirst(stateBefore) && isFirst(stateAfter ?? stateBefore))) this.#over = true
    return !this.#over
  }
}

const isFirst = ({ current_round, stage }: State) => current_round === 0 && stage === 'open'
