import type { Code, Codes } from './code.ts'

const published = (title: string, help: string, legacy: Code['legacy'] = 'error'): Code => ({
  title,
  help: `${help} A new attempt, begun with roundkeeper intervene redo-stage, keeps what was there and begins anew.`,
  strict: 'error',
  legacy,
})

/** What was published stays as it was. */
export const appendOnly: Codes = {
  'append-only/match': published('A match that was changed', 'A match is judged once, and its report stands.'),
  'append-only/matrix': published(
    'A margin that was changed',
    'Rows of the matrix are added, in the order of the matches.',
  ),
  'append-only/judge': published(
    'A judge card that was changed',
    'What the judge was asked besides stands, and its card changes only when there are more matches.',
  ),
  'append-only/audit': published('A verdict that was changed', 'An audit that was pending may be decided, once.'),
  'append-only/audit-request': published(
    'A request for an audit that was changed',
    'Whoever is to be audited is audited.',
  ),
  'append-only/source-audit': published(
    'A review of source code that was changed',
    'Somebody took back what had been said of a challenger’s code: it must be explained.',
    'warning',
  ),
  'append-only/winner': published('A winner that was changed', 'A round is decided once.'),
  'append-only/leader': published(
    'A crown that was changed',
    'The list of leaders only grows, since weights are paid by it.',
  ),
  'append-only/entry': published('Entries that were changed', 'Who takes part is fixed when the window closes.'),
  'append-only/seed': published('A seed that was changed', 'Miners work with the seed that was published.'),
  'append-only/prompts': published('Prompts that were changed', 'Miners work on the prompts that were handed out.'),
  'append-only/schedule': published('A schedule that was changed', 'Miners rely on the window that was published.'),
  'append-only/deadline': published(
    'A look at the deadline that was changed',
    'Which files were there is asked once, and what was not does not count.',
  ),
  'append-only/submitted': published(
    'A download that was changed',
    'What was fetched from a miner is recorded once, be it nothing.',
    'warning',
  ),
  'append-only/generated': published(
    'Outputs that were changed after they had been judged',
    'What was judged by them was judged by something else.',
  ),
  'append-only/attempt': published(
    'Outputs that were changed without a further attempt',
    'Until it is judged an output may be made again, and the attempts are counted.',
    'note',
  ),
  'append-only/address': published(
    'Other contents under an old address',
    'Whoever follows the address of the older one now gets the newer. Names that hold a digest cannot change their contents.',
    'warning',
  ),
  'append-only/build': published('An image that was changed', 'What was built is what is run and audited.', 'warning'),
  'append-only/archive': published(
    'An earlier attempt that was changed',
    'What an attempt made stays readable as it was.',
  ),
  'append-only/rules': published(
    'Rules that were given up',
    'A competition that began with our rules is checked by them.',
  ),
  'append-only/late': {
    title: 'A source of the draw that changed too late',
    help: 'Prompts are drawn from the pool by the seed, and entries meet the leader. Whoever changes the pool, the schedule or the first leader when seed and entries can be known chooses what is drawn and who is met. Change them while the window for entries is open.',
    strict: 'error',
    legacy: 'note',
  },
  'append-only/config': {
    title: 'A configuration that changed during a round',
    help: 'The round is decided by other rules than it began with. Change the configuration while the window of a round is open.',
    strict: 'error',
    legacy: 'warning',
  },
}
