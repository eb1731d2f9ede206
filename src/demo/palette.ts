// Colours that go together.
import type { Colour } from './lathe.ts'

export interface Palette {
  readonly main: Colour
  readonly accent: Colour
  readonly light: Colour
  readonly dark: Colour
}

const hex = (code: number): Colour => [code >> 16, (code >> 8) & 255, code & 255]
const palette = (main: number, accent: number, light: number, dark: number): Palette => ({
  main: hex(main),
  accent: hex(accent),
  light: hex(light),
  dark: hex(dark),
})

export const PALETTES: readonly Palette[] = [
  palette(0x2f6f8f, 0xe0a030, 0xdfeaf0, 0x173a4c),
  palette(0xb8452f, 0xe8b54d, 0xf0dcc0, 0x5a2418),
  palette(0x3f7f4f, 0xd9c24a, 0xdcead0, 0x1f4028),
  palette(0x7a4f9a, 0xe07fa0, 0xe6daf0, 0x3a2450),
  palette(0xd98a3a, 0x3f6f9f, 0xf6e4c8, 0x6f4018),
  palette(0x2a9088, 0xe86a50, 0xd4f0ea, 0x10504a),
  palette(0xc23a5a, 0x3a9aa8, 0xf8dce2, 0x60182c),
  palette(0x5a6a9a, 0xc8d050, 0xe0e4f2, 0x283050),
  palette(0x9a6a3a, 0x5a9a5a, 0xecd8b8, 0x4a3018),
  palette(0x3a8ac2, 0xf07840, 0xe2f0fa, 0x164468),
]
