import type { Codes } from './code.ts'

/** What single files say. */
export const files: Codes = {
  'file/syntax': {
    title: 'A file that cannot be read',
    help: 'It is not JSON, or nested or large beyond all measure. Nothing that depends on it can be told.',
    strict: 'error',
    legacy: 'error',
  },
  'file/schema': {
    title: 'A file of another form',
    help: 'A field is missing or holds what it must not; docs/schemas says what it may hold. Other versions of the engine had other fields.',
    strict: 'error',
    legacy: 'warning',
  },
  'file/shape': {
    title: 'A file without some fields',
    help: 'It was laid out by a machine, but not by this version of the engine, which writes all fields.',
    strict: 'error',
    legacy: 'note',
  },
  'file/hand-edited': {
    title: 'A file that was edited by hand',
    help: 'Written out again, the same contents give other bytes: an editor was at work, not the engine.',
    strict: 'error',
    legacy: 'warning',
  },
  'file/encoding': {
    title: 'A file that is not plain UTF-8',
    help: 'Programs differ in what they make of such bytes.',
    strict: 'error',
    legacy: 'error',
  },
  'file/duplicate-key': {
    title: 'A field that is there twice',
    help: 'Of two fields with one name some programs take the first, some the last: the file says two things at once.',
    strict: 'error',
    legacy: 'error',
  },
  'file/number': {
    title: 'A number that programs read differently',
    help: 'Integers beyond 2⁵³ are rounded by some programs and not by others.',
    strict: 'warning',
    legacy: 'note',
  },
  'file/contradiction': {
    title: 'A file that contradicts itself',
    help: 'It says twice whom or what it is about, and not the same: somebody typed it, or moved it.',
    strict: 'error',
    legacy: 'warning',
  },
  'file/unknown': {
    title: 'A file that is not looked into',
    help: 'It lies among the records, but is none of those that the rules know.',
    strict: 'warning',
    legacy: 'note',
  },
}
