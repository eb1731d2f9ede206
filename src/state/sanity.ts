import { z } from 'zod'
import { float, int } from './number.ts'

const share = (what: string) => float().optional().describe(what)

/** The part of `config.judging` that asks whether the judge is sane. Without any of it there is no card. */
export const sanityFields = {
  canaries: int()
    .optional()
    .describe(
      'Duels with a known answer that are hidden among those of every match that a judge is asked about; 0 when absent.',
    ),
  retests: int()
    .optional()
    .describe('Duels of every such match that the judge is asked about once more; 0 when absent.'),
  bounds: z
    .looseObject({
      itself: share('Least share of canaries of a preview against itself that must be draws; 0.8 when absent.'),
      degraded: share('Least share of canaries of a preview against a worse copy that it must win; 0.8 when absent.'),
      lettered: share('Least share of canaries with a text to the judge that must not win by it; 0.9 when absent.'),
      retests: share('Least share of duels with the same verdict when asked again; 0.9 when absent.'),
      swaps: share('Least share of mirrored pairs with one outcome in both orders; 0.5 when absent.'),
      voids: share('Largest share of questions without a verdict; 0.1 when absent.'),
      draw_drift: share(
        'Largest change of the share of draws since the last card of the same judge; 0.15 when absent.',
      ),
    })
    .optional()
    .describe('What a judge card has to keep to: one that does not holds the round before anybody is crowned.'),
  price_input: float().optional().describe('Money a million tokens read cost, for the judge card.'),
  price_output: float().optional().describe('Money a million tokens written cost, for the judge card.'),
}
