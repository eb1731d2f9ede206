/** How unlike two pictures are: 0 for equal ones, about 1 for unrelated ones. */
export interface ImageDistance {
  readonly id: string
  readonly deterministic: boolean
  /** @param a, b encoded images (PNG, JPEG, WebP) @throws `refused` when one cannot be decoded */
  distance(a: Uint8Array, b: Uint8Array): Promise<number>
}
