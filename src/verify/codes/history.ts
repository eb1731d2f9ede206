import type { Codes } from './code.ts'

export const history: Codes = {
  'history/merge': {
    title: 'More than one line of history',
    help: 'A merge hides the order in which things happened. Rebase instead of merging.',
    strict: 'error',
    legacy: 'error',
  },
  'verify/unreadable': {
    title: 'Something could not be looked at',
    help: 'A file is not what its name says, so that what follows from it cannot be told.',
    strict: 'error',
    legacy: 'warning',
  },
}
