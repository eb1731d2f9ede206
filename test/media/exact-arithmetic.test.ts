import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

/** What draws and what measures may use nothing whose last bit depends on the machine: see the note in elementary.ts. */
const EXACT = new Set(['sqrt', 'floor', 'ceil', 'abs', 'min', 'max', 'fround', 'LOG2E', 'SQRT2', 'SQRT1_2', 'PI'])
const source = new URL('../../src/', import.meta.url)
/** From here every file of pixels and distances is reached. */
const ROOTS = ['cpu-renderer.ts', 'render-process.ts', 'classical-distance.ts', 'dinov3/distance.ts']
/** Whole powers of two, which every way of computing them gets right. */
const POWERS_ALLOWED = 'media/limits.ts'
const OUTSIDE = ['errors.ts', 'mask.ts']

/** What a line of code uses that it must not. */
function objections(text: string, powersAllowed = false): string[] {
  const code = text.replace(/'(?:[^'\\\n]|\\.)*'/g, "''").replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
  // Also handing `Math` on, taking it apart, or asking it for a name that is computed.
  const uses = [...code.matchAll(/\bMath\b(?:\.(\w+))?/g)]
  const inexact = uses.filter(([, member]) => member === undefined || !EXACT.has(member)).map(([used]) => used)
  const others = [...code.matchAll(/\btoLocale\w*|\bIntl\b|\bperformance\b|\bDate\b/g)].map(([used]) => used)
  return [...inexact, ...others, ...(code.includes('**') && !powersAllowed ? ['**'] : [])]
}

/** A file below `src/` and all that it imports at run time. */
function collect(url: URL, files: Map<string, string>): Map<string, string> {
  const name = fileURLToPath(url).slice(fileURLToPath(source).length)
  if (files.has(name)) return files
  const text = readFileSync(url, 'utf8')
  files.set(name, text)
  const imports = text.matchAll(/^\s*(?:import|export)\b(?!\s+type\b)[^'"]*'(\.[^']+)'|\bimport\('(\.[^']+)'\)/gm)
  for (const [, path, lazy] of imports) collect(new URL((path ?? lazy)!, url), files)
  return files
}

const files = new Map<string, string>()
for (const root of ROOTS) collect(new URL(`media/${root}`, source), files)

describe('the code that draws and measures', () => {
  it('uses nothing whose last bit depends on the machine', () => {
    const broken = [...files].flatMap(([name, text]) =>
      objections(text, name === POWERS_ALLOWED).map((used) => `${name}: ${used}`),
    )
    expect(broken).toEqual([])
  })

  it('is found from its roots, wherever it lies, and is all of one room', () => {
    const names = ['media/mesh-shader.ts', 'media/glb/material.ts', 'media/area-average.ts', 'media/splat-raster.ts']
    expect([...files.keys()]).toEqual(expect.arrayContaining([...names, 'media/dinov3/resize.ts']))
    expect([...files.keys()].filter((name) => !name.startsWith('media/'))).toEqual(OUTSIDE)
  })

  it.each([
    ['Math.exp(x)', 'Math.exp'],
    ['Math.pow(2, x)', 'Math.pow'],
    ['const { sin } = Math', 'Math'],
    ["Math['cos'](x)", 'Math'],
    ['apply(Math)', 'Math'],
    ['Math?.hypot(x)', 'Math'],
    ['x ** y', '**'],
    ['x **= y', '**'],
    ['Math.random()', 'Math.random'],
    ['new Date()', 'Date'],
  ])('would be found using %s', (code, used) => {
    expect(objections(code)).toEqual([used])
  })

  it('may use what IEEE 754 rounds exactly', () => {
    expect(objections("Math.sqrt(x) + Math.floor(y) * Math.PI // Math.sin\n/** x ** y */ 'Math.exp'")).toEqual([])
  })

  it('decodes pictures by exactly one version of the library', () => {
    const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', source), 'utf8'))
    expect(dependencies.sharp).toMatch(/^\d+\.\d+\.\d+$/)
  })

  it('runs networks by exactly one version of the library', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(new URL('../package.json', source), 'utf8'))
    expect(optionalDependencies['onnxruntime-web']).toMatch(/^\d+\.\d+\.\d+$/)
  })
})
