import { FileFault } from './file-fault.ts'

/** Counts what drawing costs; a file that would take minutes is refused, at the same point on every machine. */
export class WorkBudget {
  #left: number

  constructor(limit: number) {
    this.#left = limit
  }

  /** @throws FileFault `work_budget` */
  spend(work: number): void {
    this.#left -= work
    if (this.#left < 0) throw new FileFault('work_budget', 'drawing it takes more work than one preview may cost')
  }
}
