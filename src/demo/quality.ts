import { RoundkeeperError } from '../errors.ts'

/** How good a generator is. */
export interface Quality {
  /** Rings from bottom to top. */
  readonly rows: number
  /** Corners of a ring. */
  readonly segments: number
  /** Largest error of a radius, as a share of it. */
  readonly wobble: number
  /** Largest error of a colour channel, of 255. */
  readonly tint: number
}

export const HOPELESS: Quality = { rows: 3, segments: 4, wobble: 0.35, tint: 110 }
export const POOR: Quality = { rows: 6, segments: 7, wobble: 0.2, tint: 60 }
export const FAIR: Quality = { rows: 10, segments: 10, wobble: 0.1, tint: 36 }
export const GOOD: Quality = { rows: 20, segments: 16, wobble: 0.04, tint: 14 }
export const FINE: Quality = { rows: 52, segments: 24, wobble: 0, tint: 0 }

const LIMITS: Readonly<Record<keyof Quality, readonly [low: number, high: number]>> = {
  rows: [2, 256],
  segments: [3, 128],
  wobble: [0, 0.9],
  tint: [0, 255],
}

/** @throws RoundkeeperError `usage` naming the setting */
export function parseQuality(text: string): Quality {
  const { rows, segments, wobble, tint } = parse(text)
  const quality = { rows, segments, wobble, tint } as Quality
  for (const [key, [low, high]] of Object.entries(LIMITS)) {
    const value = quality[key as keyof Quality]
    if (!(typeof value === 'number' && value >= low && value <= high))
      throw malformed(`${key} is not ${low} to ${high}`)
  }
  if (Number.isInteger(rows) && Number.isInteger(segments)) return quality
  throw malformed('rows and segments are whole numbers')
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return value !== null && typeof value === 'object' ? { ...value } : {}
  } catch (error) {
    throw malformed((error as Error).message)
  }
}

const malformed = (reason: string) =>
  new RoundkeeperError('usage', `not the settings of a generator: ${reason}`, {
    where: '--quality',
    hint: `They look like ${JSON.stringify(GOOD)}.`,
  })
