/** What the images of `image.ts` do. */
export const behaviours = [
  'honest',
  'slow',
  'early-headers',
  'not-repeatable',
  'replays-anything',
  'replays-known',
  'overstates',
  'crashes',
  'hangs',
  'huge',
  'wrong-type',
  'never-ready',
] as const
export type Behaviour = (typeof behaviours)[number]

/** What the images of `batch-image.ts` do, which make many models at a time. */
export const batchBehaviours = [
  'honest',
  'slow',
  'early-complete',
  'not-repeatable',
  'replays-anything',
  'replays-known',
  'overstates',
  'crashes-once',
  'crashes',
  'forgets',
  'wants-another',
  'huge',
  'wrong-type',
  'never-ready',
  'half',
  'bomb',
  'truncated',
  'path',
  'damaged',
] as const
export type BatchBehaviour = (typeof batchBehaviours)[number]
