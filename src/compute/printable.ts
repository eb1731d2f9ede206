/** Text from a stranger, for people: no control characters but line breaks, and not more than `max` characters. */
export function printable(text: string, max: number): string {
  return text.slice(0, max).replace(/[^\P{Cc}\n]/gu, '\ufffd')
}
