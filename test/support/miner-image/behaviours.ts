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
