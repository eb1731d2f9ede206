/** As it goes on record: with four decimals, halves upwards, and never below 0. */
export const recordedDistance = (distance: number): number => Math.max(0, Math.floor(distance * 10_000 + 0.5) / 10_000)
