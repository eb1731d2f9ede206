import type { Code, Codes } from './code.ts'

const wrong = (title: string, help: string): Code => ({ title, help, strict: 'error', legacy: 'error' })

export const interventions: Codes = {
  'intervention/act': {
    title: 'A person acted, on record',
    help: 'Pausing, going back to a stage, making something void: allowed, typed and reasoned. The record names who and why.',
    strict: 'note',
    legacy: 'note',
  },
  'intervention/sequence': wrong(
    'A record of an act out of sequence',
    'Acts are numbered one after another. A gap or a number of an earlier one means that a record was slipped in or lost.',
  ),
  'intervention/unreadable': wrong(
    'A record of an act that cannot be read',
    'It is of a kind that nobody knows, or malformed, or meets a malformed record: what it may do cannot be told.',
  ),
  'intervention/impossible': wrong(
    'An act that was not possible',
    'The rules do not allow it where the competition stood, e.g. a redo of a round that is closed.',
  ),
  'intervention/contents': wrong(
    'More or less than an act makes of the record',
    'The commit of an act holds its record and what the rules make of it: state, files put away byte for byte, nothing else.',
  ),
  'intervention/changed': wrong(
    'A record of an act was changed or removed',
    'Such a record is written once, in the commit of the act. Restore it as it was.',
  ),
}
