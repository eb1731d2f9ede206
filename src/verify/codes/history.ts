import type { Codes } from './code.ts'

/** The line of commits, and the names in it. */
export const history: Codes = {
  'history/rewritten': {
    title: 'What was verified before is gone',
    help: 'The commit up to which this competition was verified is not in its history any more: somebody replaced commits and pushed by force, or you were shown an older or another copy. Compare with a clone from before; decisions that were public may have been changed.',
    strict: 'error',
    legacy: 'error',
  },
  'history/merge': {
    title: 'More than one line of history',
    help: 'A merge hides the order in which things happened. Rebase instead of merging.',
    strict: 'error',
    legacy: 'error',
  },
  'history/date': {
    title: 'A date out of order',
    help: 'Commits are dated by who makes them. One that is dated before its parent has a wrong clock or a wrong date, so that no deadline can be told from it.',
    strict: 'error',
    legacy: 'warning',
  },
  'history/moved': {
    title: 'A commit that was moved or changed',
    help: 'The author’s date and the committer’s differ, as after a rebase or an amend. The engine writes both at once.',
    strict: 'warning',
    legacy: 'note',
  },
  'history/empty': {
    title: 'A commit without a change',
    help: 'Nothing is different after it. The engine makes no such commits; older ones did when a file was written unchanged.',
    strict: 'warning',
    legacy: 'note',
  },
  'paths/unsafe': {
    title: 'A name that no file should have',
    help: 'It leaves the repository, reaches into .git, or holds bytes that programs read differently. Stock git refuses to check such names out.',
    strict: 'error',
    legacy: 'error',
  },
  'paths/collision': {
    title: 'Two names that are one to some file systems',
    help: 'They differ in case or in how an accent is written. On macOS or Windows one of the two files hides the other.',
    strict: 'error',
    legacy: 'error',
  },
  'paths/symlink': {
    title: 'A symbolic link',
    help: 'What it shows depends on the machine on which it is read. Commit the file itself.',
    strict: 'error',
    legacy: 'error',
  },
  'paths/submodule': {
    title: 'A submodule',
    help: 'Its contents lie in another repository that can change or vanish. Commit the files themselves.',
    strict: 'error',
    legacy: 'error',
  },
  'paths/replaced': {
    title: 'A file became a folder, or the other way round',
    help: 'Readers of the older history find something else under the same name.',
    strict: 'error',
    legacy: 'error',
  },
  'paths/oversized': {
    title: 'A file that is too large to be read',
    help: 'No engine reads state files above 50 MiB, so that whatever it says is not part of the competition.',
    strict: 'error',
    legacy: 'error',
  },
  'paths/executable': {
    title: 'A record that is marked as a program',
    help: 'Records are plain files of mode 100644; the engine writes no others.',
    strict: 'warning',
    legacy: 'note',
  },
  'paths/reserved': {
    title: 'A name that Windows cannot hold',
    help: 'Whoever clones the repository there misses the file.',
    strict: 'error',
    legacy: 'warning',
  },
  'paths/attributes': {
    title: 'Git is told how to show files',
    help: 'A .gitattributes file can make the files of a checkout differ from those on record. Look at it before you trust a checkout.',
    strict: 'note',
    legacy: 'note',
  },
  'verify/unreadable': {
    title: 'Something could not be looked at',
    help: 'A file is not what its name says, so that what follows from it cannot be told.',
    strict: 'error',
    legacy: 'warning',
  },
}
