import type { Codes } from './code.ts'

/** Who did what, and when. */
export const stages: Codes = {
  'stage/illegal-move': {
    title: 'A change of stage that the rules do not know',
    help: 'A round goes from open to miner_generation, downloading, duels and finalizing, one after another, and only then does the next one open. Anything else needs an act on record: roundkeeper intervene.',
    strict: 'error',
    legacy: 'error',
  },
  'stage/no-state': {
    title: 'state.json was removed',
    help: 'Without it there is no competition to go on with.',
    strict: 'error',
    legacy: 'error',
  },
  'stage/no-competition': {
    title: 'Not the record of a competition',
    help: 'There is no state.json in this history. Is it the right repository, and the right branch?',
    strict: 'error',
    legacy: 'error',
  },
  'stage/beginning': {
    title: 'A history without its beginning',
    help: 'It begins in the middle of a competition: the rounds before cannot be checked. Ask for the whole history; a shallow or cut one proves nothing.',
    strict: 'error',
    legacy: 'warning',
  },
  'stage/by-hand': {
    title: 'A record of the engine’s that a person changed',
    help: 'Only the engine writes it. roundkeeper intervene makes what a person may do, with a reason; intervene adopt tells why an edit by hand stands.',
    strict: 'error',
    legacy: 'warning',
  },
  'stage/by-person': {
    title: 'What a person recorded',
    help: 'People record audits of source code and change the configuration. In histories without trailers only the message of the commit tells.',
    strict: 'note',
    legacy: 'note',
  },
  'stage/founding': {
    title: 'How the competition was set up',
    help: 'Before the first round begins rules, pool, the first leader and the first schedule are written by hand.',
    strict: 'note',
    legacy: 'note',
  },
  'stage/unknown-author': {
    title: 'Nobody knows who wrote it',
    help: 'Neither trailers nor the wording of the messages tell people from services in this history, so that nobody’s part in it can be checked.',
    strict: 'note',
    legacy: 'note',
  },
  'stage/wrong-owner': {
    title: 'A file that is not its writer’s',
    help: 'Every record has one stage owner that writes it: docs/schemas tells which.',
    strict: 'error',
    legacy: 'warning',
  },
  'stage/wrong-stage': {
    title: 'A file that was written out of its stage',
    help: 'What a stage decides is decided when it ends: what is written later decides nothing, or too late.',
    strict: 'error',
    legacy: 'warning',
  },
  'stage/wrong-round': {
    title: 'A file of another round',
    help: 'Only the round that is played may be written to; past rounds are closed and later ones have not begun.',
    strict: 'error',
    legacy: 'error',
  },
  'stage/trailers': {
    title: 'A commit that says something else than it did',
    help: 'The trailers of an engine’s commit name the round and stage that it was made in. They do not fit the record.',
    strict: 'error',
    legacy: 'warning',
  },
}
