/** Lists of patterns as in ssh_config(5): `*` and `?` in each, separated by commas, `!` in front of what must not match. */

/** OpenSSH does not look at longer ones. */
const MAX_PATTERN_LENGTH = 1023

/** A negated match beats all others. */
export function matchesList(text: string, list: string): boolean {
  let found = false
  for (const each of list.split(',')) {
    const negated = each.startsWith('!')
    const pattern = negated ? each.slice(1) : each
    if (pattern.length > MAX_PATTERN_LENGTH) return false
    if (!matches(text, pattern)) continue
    if (negated) return false
    found = true
  }
  return found
}

/** Goes back to the last `*` only: at most length times length steps, whoever wrote the pattern. */
function matches(text: string, pattern: string): boolean {
  let [at, spot] = [0, 0]
  let [star, resume] = [-1, 0]
  while (at < text.length) {
    if (pattern[spot] === '*') {
      star = spot
      resume = at
      spot += 1
    } else if (spot < pattern.length && (pattern[spot] === '?' || pattern[spot] === text[at])) {
      at += 1
      spot += 1
    } else if (star >= 0) {
      resume += 1
      at = resume
      spot = star + 1
    } else return false
  }
  return /^\**$/.test(pattern.slice(spot))
}
