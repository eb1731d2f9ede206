/** Text in pictures: drawn with a tiny font, in one colour that nothing else has, and read again at any whole scale. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** Red, green, blue, opacity. */
  readonly rgba: Uint8Array
}

/** Seven rows by five columns a letter: one byte a column, the lowest bit on top. */
const FONT: Readonly<Record<string, string>> = {
  A: '7e1111117e',
  B: '7f49494936',
  C: '3e41414122',
  D: '7f4141221c',
  E: '7f49494941',
  F: '7f09090901',
  G: '3e4149497a',
  H: '7f0808087f',
  I: '00417f4100',
  J: '2040413f01',
  K: '7f08142241',
  L: '7f40404040',
  M: '7f020c027f',
  N: '7f0408107f',
  O: '3e4141413e',
  P: '7f09090906',
  Q: '3e4151215e',
  R: '7f09192946',
  S: '4649494931',
  T: '01017f0101',
  U: '3f4040403f',
  V: '1f2040201f',
  W: '3f4038403f',
  X: '6314081463',
  Y: '0708700807',
  Z: '6151494543',
  ' ': '0000000000',
}
const LETTERS = new Map(Object.entries(FONT).map(([letter, columns]) => [columns, letter]))
const ROWS = 7
/** A letter and the space after it. */
const COLUMNS = 6
/** Begins and ends every text: a full column, so that its size can be told. */
const FRAME = '7f'

const isInk = ({ rgba }: Pixels, at: number) => rgba[at]! > 240 && rgba[at + 1]! < 16 && rgba[at + 2]! > 240

/** Writes over a picture, in place. @param words of capital letters and spaces */
export function write(picture: Pixels, words: string, left: number, top: number, scale: number): void {
  const columns = `${FRAME}00${[...words].map((letter) => `${FONT[letter]}00`).join('')}${FRAME}`
  for (let column = 0; column < columns.length / 2; column++) {
    const bits = Number.parseInt(columns.slice(2 * column, 2 * column + 2), 16)
    for (let y = 0; y < ROWS * scale; y++) {
      const ink = (bits >> Math.floor(y / scale)) & 1
      for (let x = 0; x < scale; x++) {
        const at = ((top + y) * picture.width + left + column * scale + x) * 4
        picture.rgba.set(ink === 1 ? [255, 0, 255, 255] : [255, 255, 255, 255], at)
      }
    }
  }
}

/** What is written in a picture; undefined when nothing is. */
export function read(picture: Pixels): string | undefined {
  const { width, height } = picture
  const start = firstInk(picture)
  if (start === undefined) return undefined
  let tall = 0
  while (start.y + tall < height && isInk(picture, ((start.y + tall) * width + start.x) * 4)) tall += 1
  const scale = tall / ROWS
  if (!Number.isInteger(scale) || scale < 1) return undefined
  const column = (i: number) => {
    const x = start.x + i * scale
    if (x >= width) return FRAME
    let bits = 0
    for (let row = 0; row < ROWS; row++) if (isInk(picture, ((start.y + row * scale) * width + x) * 4)) bits |= 1 << row
    return bits.toString(16).padStart(2, '0')
  }
  let words = ''
  for (let at = 2; column(at) !== FRAME || LETTERS.has(letterAt(column, at)); at += COLUMNS) {
    const letter = LETTERS.get(letterAt(column, at))
    if (letter === undefined) return undefined
    words += letter
  }
  return words === '' ? undefined : words
}

const letterAt = (column: (i: number) => string, at: number) => [0, 1, 2, 3, 4].map((i) => column(at + i)).join('')

/** The leftmost, of those the topmost. */
function firstInk(picture: Pixels): { x: number; y: number } | undefined {
  for (let x = 0; x < picture.width; x++)
    for (let y = 0; y < picture.height; y++) if (isInk(picture, (y * picture.width + x) * 4)) return { x, y }
  return undefined
}
