/** What a miner's image says: as much of it as is taken, and as much as may be told. */
import { printable } from './printable.ts'

export const MAX_ERROR_TEXT_BYTES = 500

export async function firstBytes(body: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= most) break
  }
  return Buffer.concat(chunks).subarray(0, most)
}

/** Answers go on record, and error pages repeat what they were asked with. A secret that is cut off goes, too. */
export function tellable(text: string, headers: Readonly<Record<string, string>>): string {
  const secrets = Object.values(headers).map((value) => value.replace(/^Bearer /, ''))
  const clean = secrets.reduce((rest, secret) => withoutSecret(rest, secret), text)
  return printable(clean, MAX_ERROR_TEXT_BYTES)
}

/** Also without the beginning of it that the end of the text is. */
function withoutSecret(text: string, secret: string): string {
  if (secret === '') return text
  const clean = text.replaceAll(secret, '***')
  for (let length = Math.min(secret.length - 1, clean.length); length > 3; length--)
    if (clean.endsWith(secret.slice(0, length))) return `${clean.slice(0, -length)}***`
  return clean
}
