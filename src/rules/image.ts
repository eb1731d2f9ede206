/** Of the bytes of an image's manifest, as registries write it. */
export const isImageDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text)

/** What is run of an image on record: exactly what its digest names, where there is one. A tag may be moved at any time. */
export function pinnedImage(image: string, digest: string | undefined): string {
  if (digest === undefined) return image
  // What follows the last colon is a tag, unless it is the port of a registry: then a slash comes behind it.
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '')
  return `${name}@${digest}`
}
