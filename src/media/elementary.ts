// Elementary functions from + - * / alone, which IEEE 754 rounds exactly: the same bits on every machine.
// V8's own Math.exp, pow, sin… differ in the last bit between architectures, so the raster code never calls them.

const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const INVERSE_LN2 = Math.LOG2E
const LOWEST_EXPONENT = -1074
const HIGHEST_EXPONENT = 1023

/** Powers of two, exact by construction. */
const POWERS = new Float64Array(HIGHEST_EXPONENT - LOWEST_EXPONENT + 1)
POWERS[-LOWEST_EXPONENT] = 1
for (let k = 1; k <= HIGHEST_EXPONENT; k++) POWERS[k - LOWEST_EXPONENT] = POWERS[k - 1 - LOWEST_EXPONENT]! * 2
for (let k = -1; k >= LOWEST_EXPONENT; k--) POWERS[k - LOWEST_EXPONENT] = POWERS[k + 1 - LOWEST_EXPONENT]! / 2

/** e^x within 1e-14 (relative); 0 below -700, infinite above 700. */
export function exp(x: number): number {
  if (x > 700) return Number.POSITIVE_INFINITY
  if (x < -700) return 0
  const k = Math.floor(x * INVERSE_LN2 + 0.5)
  const r = x - k * LN2_HIGH - k * LN2_LOW
  let sum = 1
  for (let n = 13; n > 0; n--) sum = 1 + (r / n) * sum
  return sum * POWERS[k - LOWEST_EXPONENT]!
}

const RECIPROCALS = Float64Array.from({ length: 20 }, (_, n) => 1 / n)

/** Natural logarithm of a positive, finite, normal number within 1e-13 (absolute). */
export function ln(x: number): number {
  let k = 0
  let m = x
  while (m > Math.SQRT2) {
    m /= 2
    k++
  }
  while (m < Math.SQRT1_2) {
    m *= 2
    k--
  }
  const s = (m - 1) / (m + 1)
  const z = s * s
  let sum = 0
  for (let n = 19; n > 0; n -= 2) sum = RECIPROCALS[n]! + z * sum
  return 2 * s * sum + k * (LN2_HIGH + LN2_LOW)
}

const STEPS = 32
const REACH = 96
const TABLE = Float64Array.from({ length: 2 * REACH * STEPS + 1 }, (_, i) => exp(i / STEPS - REACH))

/** e^x within 1e-7 (relative) for the inner loops; 0 below -96, held at e^96 above. */
export function fastExp(x: number): number {
  if (!(x > -REACH)) return 0
  const clamped = Math.min(x, REACH)
  const step = Math.floor(clamped * STEPS)
  const r = clamped - step / STEPS
  return TABLE[step + REACH * STEPS]! * (1 + r * (1 + r * (0.5 + r * 0.16666666666666666)))
}

const PI_2_HIGH = 1.5707963267341256
const PI_2_LOW = 6.077100506506192e-11

/** Sine and cosine of an angle within ±1000 radians, each within 1e-13. */
export function sineCosine(angle: number): readonly [sine: number, cosine: number] {
  const quarter = Math.floor(angle / (PI_2_HIGH + PI_2_LOW) + 0.5)
  const r = angle - quarter * PI_2_HIGH - quarter * PI_2_LOW
  const r2 = -r * r
  let sine = 1
  let cosine = 1
  for (let n = 18; n > 0; n -= 2) {
    sine = 1 + (r2 / (n * (n + 1))) * sine
    cosine = 1 + (r2 / (n * (n - 1))) * cosine
  }
  sine *= r
  if (quarter % 2 !== 0) [sine, cosine] = [cosine, -sine]
  return quarter % 4 === 2 || quarter % 4 === 3 || quarter % 4 === -1 || quarter % 4 === -2
    ? [-sine, -cosine]
    : [sine, cosine]
}
