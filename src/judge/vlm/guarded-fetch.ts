/** What an answer may take from us: bytes, decompressed, and time from the question to its last byte. */
export interface AnswerLimits {
  readonly maxBytes: number
  readonly timeoutMs: number
}

/**
 * `fetch` for servers that are not ours: the whole answer is read here, within its limits (the client by itself lets the
 * body of an error drip for ever), and nobody is followed to another address, which might be one that only we can reach.
 */
export function guardedFetch({ maxBytes, timeoutMs }: AnswerLimits): typeof fetch {
  return async (input, init) => {
    const signals = [AbortSignal.timeout(timeoutMs), ...(init?.signal ? [init.signal] : [])]
    const response = await fetch(input, { ...init, redirect: 'error', signal: AbortSignal.any(signals) })
    const { status, statusText, headers } = response
    const body = response.body === null ? null : await readAll(response.body, maxBytes)
    return new Response(body, { status, statusText, headers })
  }
}

async function readAll(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > maxBytes) throw new Error(`an answer of more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Uint8Array.from(Buffer.concat(chunks))
}
