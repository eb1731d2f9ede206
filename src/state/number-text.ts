/** A float in JSON: shortest digits that read back, always with a point or an exponent; plain for 1e-5 ≤ |x| < 1e16. */
export function jsonFloat(x: number): string {
  if (!Number.isFinite(x)) return 'null'
  const size = Math.abs(x)
  if (size === 0 || (size >= 1e-5 && size < 1e16)) return decimal(x)
  return x.toExponential().replace('e+', 'e')
}

/** A float as Python's `repr` prints it: plain for 1e-4 ≤ |x| < 1e16, else an exponent of two digits or more. */
export function pythonFloat(x: number): string {
  const size = Math.abs(x)
  if (size === 0 || (size >= 1e-4 && size < 1e16)) return decimal(x)
  return x.toExponential().replace(/e([+-])(\d)$/, 'e$10$2')
}

function decimal(x: number): string {
  const text = Object.is(x, -0) ? '-0' : String(x)
  return text.includes('.') ? text : `${text}.0`
}
