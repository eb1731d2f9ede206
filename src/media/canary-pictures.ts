/** Copies of previews for questions with a known answer: worse than the original, or with a text to the judge. */
export type PictureChange = 'blurred' | 'noisy' | 'cut' | 'lettered'

export interface CanaryPictures {
  /** Name and version, on record with every copy: raised whenever its pixels may be others. */
  readonly id: string
  /**
   * @param png a 2×2 preview
   * @returns a PNG of the same size, whose pixels follow from those of the preview
   * @throws `refused` for what is no opaque picture
   */
  change(png: Uint8Array, change: PictureChange): Promise<Uint8Array>
}
