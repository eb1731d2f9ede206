import type { Chosen, Identity } from '../identity.ts'
import { TEMPERATURES } from '../temperature.ts'
import { TEMPLATE } from './template.ts'

export const MULTISTAGE_JUDGE = 'vlm-multistage/1'

/** The views of a preview: 24°, 120°, 216° and 312° around, from 15° above. */
export const VIEWS = [0, 1, 2, 3] as const

/** All numbers of the rules are after 404-GEN's second judge; `docs/judging.md` says what differs, and why. */
export const RULES = {
  front: { attempts: 5, both_bad: 8, both_bad_gap: 1.5, draw_gap: 0.7, split: 0.65, split_views: 3 },
  strong: { best_view: 2, checklist: 6 },
  votes: { best_view: 1, artefacts: 1, checklist: 2, needed: 2 },
  checklist: {
    attempts: 5,
    extract_tokens: 400,
    verify_tokens: 600,
    seeds: [100, 200],
    main_object: 3,
    least: 4,
    most: 7,
  },
  explain: { attempts: 3, tokens: 300 },
  guard: { attempts: 4, tokens: 220, seeds: [5000, 6000], step: 100, garbage: 3 },
} as const

export const multistageIdentity = ({ model, revision, maxTokens, images }: Chosen): Identity => ({
  kind: MULTISTAGE_JUDGE,
  model,
  revision,
  parameters: { max_tokens: maxTokens, temperatures: TEMPERATURES, seeds: 'seed + 100 + attempt', ...RULES },
  images: {
    sent: images,
    prompt: 'as recorded',
    sides: '2x2 preview as recorded; single views cut from it, as PNG',
    best_view: 'least distance to the prompt by classical/1, view by view',
  },
  template: TEMPLATE,
})
