// The kinds of things that the demo's prompts show: profiles drawn within the limits of their kind, bottom to top.
import { circle } from './circle.ts'
import type { Dice } from './dice.ts'
import type { Colour, Part } from './lathe.ts'
import type { Palette } from './palette.ts'

export type Family = (dice: Dice, palette: Palette) => Part[]

type Point = readonly [height: number, radius: number]

const plain = (colour: Colour, ...points: readonly Point[]): Part => ({ points, bands: [{ upTo: 1, colour }] })
const floor = (colour: Colour, height: number, radius: number) => plain(colour, [height, 0], [height, radius])
const lid = (colour: Colour, height: number, radius: number) => plain(colour, [height, radius], [height, 0])
/** Bands of equal width along a curve, colours in turn. */
const striped = (colours: readonly Colour[], count: number, ...points: readonly Point[]): Part => ({
  points,
  bands: Array.from({ length: count }, (_, i) => ({
    upTo: (i + 1) / count,
    colour: colours[i % colours.length] as Colour,
  })),
})
/** From radius 0 to radius 0 around a centre, slightly flattened or not. */
const ball = (colours: readonly Colour[], count: number, centre: number, radius: number, squash = 1): Part => {
  const half = circle(16).slice(0, 9).reverse()
  return striped(
    colours,
    count,
    ...half.map(([up, out]): Point => [centre + up * radius * squash, Math.max(0, out) * radius]),
  )
}

const vase: Family = (dice, { main, accent, light, dark }) => {
  const [foot, belly, neck] = [dice.between(0.14, 0.2), dice.between(0.28, 0.38), dice.between(0.1, 0.16)]
  const [low, lip] = [dice.between(0.3, 0.45), dice.between(0.18, 0.26)]
  const colours = dice.pick([
    [main, accent, main],
    [main, light, main, light],
    [main, main, accent, light],
  ])
  return [
    floor(dark, 0, foot),
    striped(colours, dice.pick([4, 6, 8]), [0, foot], [low, belly], [0.74, neck * 1.2], [0.86, neck], [1, lip]),
    lid(dark, 1, lip),
  ]
}

const bottle: Family = (dice, { main, accent, light, dark }) => {
  const [body, neck, shoulder] = [dice.between(0.17, 0.24), dice.between(0.05, 0.08), dice.between(0.5, 0.62)]
  return [
    floor(dark, 0, body),
    striped([main, light, light, main], 4, [0, body], [shoulder, body]),
    plain(main, [shoulder, body], [shoulder + 0.08, body * 0.85], [shoulder + 0.18, neck], [0.9, neck]),
    plain(accent, [0.9, neck * 1.35], [1, neck * 1.35]),
    lid(accent, 1, neck * 1.35),
  ]
}

const mushroom: Family = (dice, { main, light }) => {
  const [stem, cap, rise] = [dice.between(0.09, 0.14), dice.between(0.34, 0.46), dice.between(0.25, 0.36)]
  const brim = 0.5
  return [
    floor(light, 0, stem * 1.5),
    plain(light, [0, stem * 1.5], [0.15, stem * 1.15], [brim, stem]),
    plain(light, [brim, stem], [brim, cap * 0.95]),
    striped(
      [main, main, light, main],
      dice.pick([4, 8]),
      ...([
        [brim, cap * 0.95],
        [brim + rise * 0.25, cap],
        [brim + rise * 0.65, cap * 0.75],
        [brim + rise * 0.92, cap * 0.35],
        [brim + rise, 0],
      ] as const),
    ),
  ]
}

const lamp: Family = (dice, { main, accent, light, dark }) => {
  const [base, shade, top] = [dice.between(0.18, 0.26), dice.between(0.3, 0.4), dice.between(0.14, 0.22)]
  const low = dice.between(0.5, 0.6)
  return [
    floor(dark, 0, base),
    plain(dark, [0, base], [0.06, base]),
    plain(dark, [0.06, base], [0.1, 0.06]),
    plain(main, [0.1, 0.06], [0.2, 0.13], [0.32, 0.11], [low, 0.05]),
    plain(light, [low, 0.05], [low, shade]),
    striped([accent, light, accent, accent], 4, [low, shade], [1, top]),
    lid(light, 1, top),
  ]
}

const pawn: Family = (dice, { main, accent, dark }) => {
  const [base, waist, head] = [dice.between(0.24, 0.3), dice.between(0.08, 0.12), dice.between(0.14, 0.19)]
  return [
    floor(dark, 0, base),
    plain(dark, [0, base], [0.07, base]),
    plain(main, [0.07, base], [0.14, base * 0.75], [0.3, waist * 1.3], [0.6, waist]),
    plain(accent, [0.6, waist], [0.62, head], [0.67, head], [0.69, waist]),
    ball([main], 1, 0.69 + head * 0.9, head),
  ]
}

const cup: Family = (dice, { main, accent, light, dark }) => {
  const [foot, rim, height] = [dice.between(0.2, 0.3), dice.between(0.34, 0.42), dice.between(0.6, 0.8)]
  const wall = rim * 0.9
  return [
    floor(light, 0, foot),
    striped(
      dice.pick([
        [main, light, main],
        [light, main, light, accent],
      ]),
      6,
      [0, foot],
      [height, rim],
    ),
    plain(light, [height, rim], [height, wall]),
    plain(light, [height, wall], [height * 0.85, wall * 0.95]),
    lid(dark, height * 0.85, wall * 0.95),
  ]
}

const goblet: Family = (dice, { main, accent, light, dark }) => {
  const [base, bowl, rim] = [dice.between(0.2, 0.26), dice.between(0.26, 0.33), dice.between(0.2, 0.27)]
  return [
    floor(main, 0, base),
    plain(main, [0, base], [0.03, base * 0.95], [0.08, 0.06], [0.4, 0.045]),
    plain(accent, [0.4, 0.045], [0.44, 0.08], [0.48, 0.05]),
    striped([main, main, light], 6, [0.48, 0.05], [0.56, bowl * 0.85], [0.72, bowl], [1, rim]),
    lid(dark, 1, rim),
  ]
}

const snowman: Family = (dice, { main, accent, dark }) => {
  const snow: Colour = [206, 220, 234]
  const [body, chest, head] = [dice.between(0.26, 0.32), dice.between(0.19, 0.23), dice.between(0.14, 0.17)]
  const [low, middle] = [body * 0.9, body * 1.75 + chest * 0.75]
  const high = middle + chest * 0.8 + head * 0.75
  const hat = high + head * 0.75
  return [
    ball([snow], 1, low, body, 0.95),
    ball([snow, main, snow], 3, middle, chest),
    ball([snow], 1, high, head),
    plain(dark, [hat, 0], [hat, head * 1.1]),
    plain(dark, [hat, head * 1.1], [hat + 0.03, head * 1.1]),
    plain(dark, [hat + 0.03, head * 1.1], [hat + 0.03, head * 0.7]),
    striped([accent, dark, dark], 3, [hat + 0.03, head * 0.7], [hat + 0.2, head * 0.7]),
    lid(dark, hat + 0.2, head * 0.7),
  ]
}

const lighthouse: Family = (dice, { main, accent, light, dark }) => {
  const [foot, top] = [dice.between(0.22, 0.28), dice.between(0.11, 0.15)]
  return [
    floor(dark, 0, foot * 1.3),
    plain(dark, [0, foot * 1.3], [0.05, foot * 1.2]),
    plain(dark, [0.05, foot * 1.2], [0.05, foot]),
    striped([main, light], dice.pick([5, 7]), [0.05, foot], [0.7, top]),
    plain(dark, [0.7, top], [0.7, top * 1.35]),
    plain(dark, [0.7, top * 1.35], [0.73, top * 1.35]),
    plain(dark, [0.73, top * 1.35], [0.73, top * 0.8]),
    plain(accent, [0.73, top * 0.8], [0.85, top * 0.8]),
    plain(main, [0.85, top * 0.8], [0.85, top]),
    plain(main, [0.85, top], [0.92, top * 0.7], [1, 0]),
  ]
}

const rocket: Family = (dice, { main, accent, light, dark }) => {
  const [body, flare] = [dice.between(0.15, 0.2), dice.between(0.25, 0.32)]
  return [
    floor(dark, 0, flare * 0.6),
    plain(dark, [0, flare * 0.6], [0.08, body * 0.6]),
    plain(main, [0.08, body * 0.6], [0.1, flare]),
    plain(main, [0.1, flare], [0.18, flare * 0.85], [0.3, body]),
    striped([light, light, accent, light], 8, [0.3, body], [0.5, body * 1.08], [0.7, body * 0.95]),
    plain(main, [0.7, body * 0.95], [0.85, body * 0.6], [0.95, body * 0.2], [1, 0]),
  ]
}

const acorn: Family = (dice, { main, light, dark }) => {
  const [nut, cap] = [dice.between(0.26, 0.32), dice.between(0.33, 0.38)]
  return [
    plain(main, [0, 0], [0.06, nut * 0.35], [0.2, nut * 0.8], [0.42, nut], [0.6, nut * 0.98]),
    plain(dark, [0.6, nut], [0.6, cap]),
    striped([dark, light], 6, [0.6, cap], [0.68, cap * 0.97], [0.8, cap * 0.6], [0.86, 0.05]),
    plain(dark, [0.86, 0.045], [1, 0.035]),
    lid(dark, 1, 0.035),
  ]
}

const spinningTop: Family = (dice, { main, accent, light, dark }) => {
  const [wide, at] = [dice.between(0.38, 0.46), dice.between(0.42, 0.52)]
  return [
    plain(dark, [0, 0], [0.06, 0.05]),
    striped([main, light, accent], 6, [0.06, 0.05], [at * 0.7, wide * 0.6], [at, wide]),
    striped([accent, main, light], 6, [at, wide], [at + 0.14, wide * 0.72], [0.74, 0.09]),
    plain(dark, [0.74, 0.06], [0.95, 0.05]),
    ball([accent], 1, 0.95, 0.075),
  ]
}

export const FAMILIES: Readonly<Record<string, Family>> = {
  vase,
  bottle,
  mushroom,
  lamp,
  pawn,
  cup,
  goblet,
  snowman,
  lighthouse,
  rocket,
  acorn,
  top: spinningTop,
}
