import { RoundkeeperError } from '../errors.ts'

/** Evidence that others are to gather, and that is not there yet: to be waited for, and nobody's failure. */
export class NotGathered extends RoundkeeperError {
  /** @param what e.g. `download of 5F4Ha…` */
  constructor(what: string) {
    super('unavailable', `not gathered yet: ${what}`, {
      hint: 'It is gathered by `roundkeeper work`, and let in by `roundkeeper reduce`; then run again.',
    })
  }
}
