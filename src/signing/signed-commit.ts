/** Signatures in commit objects of SHA-1 repositories: the header `gpgsig`, its lines after the first indented by one. */

export interface SignedCommit {
  /** What was signed: the commit object without its signatures. */
  readonly payload: Buffer
  /** Armored; undefined when there is none. */
  readonly signature: string | undefined
  /** How often the header is there: a commit has one signature at most. */
  readonly signatures: number
}

const HEADER = 'gpgsig'
const LINE_END = 10
const BLANK = 32

/** Byte by byte what git takes away before it checks: signatures for other hashes, `gpgsig-…`, too. */
export function splitSigned(raw: Uint8Array): SignedCommit {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length)
  const payload: Buffer[] = []
  const signature: Buffer[] = []
  let signatures = 0
  let inside: 'ours' | 'other' | undefined
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_END, at)
    const next = end < 0 ? bytes.length : end + 1
    const line = bytes.subarray(at, next)
    if (line[0] === LINE_END) {
      payload.push(bytes.subarray(at))
      break
    }
    at = next
    if (line[0] !== BLANK || inside === undefined) inside = kindOf(line)
    if (inside === undefined) payload.push(line)
    else if (inside === 'ours') {
      const continued = line[0] === BLANK
      signatures += continued ? 0 : 1
      signature.push(line.subarray(continued ? 1 : HEADER.length + 1))
    }
  }
  return {
    payload: Buffer.concat(payload),
    signature: signatures === 0 ? undefined : Buffer.concat(signature).toString('latin1'),
    signatures,
  }
}

function kindOf(line: Buffer): 'ours' | 'other' | undefined {
  if (line.toString('latin1', 0, HEADER.length) !== HEADER) return undefined
  return line[HEADER.length] === BLANK ? 'ours' : 'other'
}

/** The commit object with the signature after its last header, where git puts it. */
export function joinSigned(payload: Buffer, signature: string): Buffer {
  const end = payload.indexOf('\n\n') + 1
  const header = `${HEADER} ${signature.trimEnd().replaceAll('\n', '\n ')}\n`
  return Buffer.concat([payload.subarray(0, end), Buffer.from(header), payload.subarray(end)])
}
