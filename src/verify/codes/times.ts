import type { Codes } from './code.ts'

/** Blocks of the chain, and what clocks say. */
export const times: Codes = {
  'time/block': {
    title: 'A block that cannot be',
    help: 'Whoever moves the stage says where the chain stood. Blocks only go on: a later commit cannot be made at an earlier block.',
    strict: 'error',
    legacy: 'warning',
  },
  'time/early': {
    title: 'A date before its block',
    help: 'A commit is dated before the block that it names was made, or the block before it can have been: one of both is invented.',
    strict: 'error',
    legacy: 'warning',
  },
  'time/late': {
    title: 'A date long after its block',
    help: 'The chain stood still, the node that was asked was stuck, or the date is wrong. Compare with the public chain.',
    strict: 'warning',
    legacy: 'note',
  },
}
