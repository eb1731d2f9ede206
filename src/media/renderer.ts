export type ModelKind = 'ply' | 'glb'

export type Rendering =
  | {
      readonly ok: true
      /** The 2×2 grid of four views. */
      readonly png: Uint8Array
      readonly width: number
      readonly height: number
      /** SHA-256 over `rgb8 | width | height | pixels`: comparable across machines, unlike PNG bytes. */
      readonly pixelsSha256: string
    }
  /** `file`: the same answer on every machine; `infrastructure`: to be tried again, never the miner's fault. */
  | { readonly ok: false; readonly fault: 'file' | 'infrastructure'; readonly code: string; readonly detail: string }

/** Draws a model into a preview. */
export interface Renderer {
  /** Name and version; part of every record that depends on it. */
  readonly id: string
  /** Whether equal bytes give equal pixels everywhere. */
  readonly deterministic: boolean
  /** @param size edge of one view in pixels; the grid is 2·size + 5 wide */
  render(kind: ModelKind, bytes: Uint8Array, size: number, signal: AbortSignal): Promise<Rendering>
  /** The same with splats as the original draws them, under an id of its own; absent where it does not know how. */
  asOriginal?(): Renderer
}
