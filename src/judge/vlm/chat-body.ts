/** A request as chat completions want it: pictures in place of their digests. */
import { RoundkeeperError } from '../../errors.ts'
import type { Picture, Pictures } from './pictures.ts'
import type { PictureName, VlmRequest } from './request.ts'

/** The views of a 2×2 preview, as pictures of their own. */
export type CutView = (preview: Uint8Array, view: number) => Promise<Uint8Array>

export interface Sending {
  readonly images: 'bytes' | 'urls'
  readonly cut?: CutView | undefined
}

/** @throws `refused` for a picture without an address that a server could fetch */
export async function chatMessages({ messages: [system, user] }: VlmRequest, pictures: Pictures, sending: Sending) {
  const content = []
  for (const part of user.content) {
    if (part.type === 'text') content.push({ type: 'text' as const, text: part.text })
    else content.push({ type: 'image_url' as const, image_url: { url: await urlOf(part, pictures, sending) } })
  }
  return [
    { role: system.role, content: system.content },
    { role: user.role, content },
  ]
}

async function urlOf({ sha256, view }: PictureName, pictures: Pictures, { images, cut }: Sending): Promise<string> {
  const picture = pictures.get(sha256)
  if (picture === undefined) throw new RoundkeeperError('internal', `the question has no picture ${sha256}`)
  if (view !== undefined) {
    if (cut === undefined) throw new RoundkeeperError('internal', 'nobody can cut a view from a preview')
    return dataUrl(await cut(picture.bytes, view))
  }
  return images === 'urls' ? publicUrl(picture) : dataUrl(picture.bytes)
}

function publicUrl({ url }: Picture): string {
  if (url !== undefined && /^https?:\/\//.test(url)) return url
  throw new RoundkeeperError('refused', `the judge cannot fetch a picture from ${JSON.stringify(url ?? 'nowhere')}`, {
    where: 'judge.images',
    hint: 'Publish the object store (store.base_url), or have the pictures themselves sent: "images": "bytes".',
  })
}

const dataUrl = (bytes: Uint8Array) =>
  `data:${mediaType(bytes)};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')}`

function mediaType(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  return /^RIFF....WEBP$/s.test(head) ? 'image/webp' : 'image/png'
}
