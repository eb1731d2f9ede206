import type { Codes } from './code.ts'

/** What is worth knowing of a judge. */
export const judging: Codes = {
  'judge/changed': {
    title: 'Another judge in the middle of a round',
    help: 'Matches of one round were judged by different judges. Whoever chooses the judge match by match chooses who wins where they differ. There may be a good reason, e.g. a model that is no longer served: ask for it, and ask one of them about the matches of the other (--rejudge).',
    strict: 'warning',
    legacy: 'note',
  },
  'judge/out-of-bounds': {
    title: 'A judge card out of bounds',
    help: 'Canaries, retests or counts say that the judge of a round may not be sane. The engine held the round before anybody was crowned; a person has to look, and to judge anew (intervene redo-stage duels) or to resume with a reason.',
    strict: 'note',
    legacy: 'note',
  },
  'judge/resumed': {
    title: 'A round that was decided in spite of its judge card',
    help: 'The judge card is out of bounds, and a person resumed the round with a reason on record. Whether that reason is good is for you to say.',
    strict: 'note',
    legacy: 'note',
  },
}
