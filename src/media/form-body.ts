/** A multipart form as one piece of bytes. (undici takes forms too, but may wait for ever for the first byte of a file in them.) */
import { randomBytes } from 'node:crypto'

export interface FormPart {
  readonly name: string
  readonly value: Uint8Array | string
  /** Of a file; none for a plain field. */
  readonly file?: { readonly name: string; readonly type: string }
}

export interface FormBody {
  readonly bytes: Buffer
  readonly contentType: string
}

/** RFC 7578. @param parts their names are our own words: nothing in them needs to be escaped */
export function formBody(parts: readonly FormPart[]): FormBody {
  const boundary = `roundkeeper-${randomBytes(16).toString('hex')}`
  const pieces = parts.flatMap(({ name, value, file }) => {
    const of = file === undefined ? '' : `; filename="${file.name}"\r\nContent-Type: ${file.type}`
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${of}\r\n\r\n`
    return [Buffer.from(head), typeof value === 'string' ? Buffer.from(value) : value, Buffer.from('\r\n')]
  })
  return {
    bytes: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${boundary}`,
  }
}
