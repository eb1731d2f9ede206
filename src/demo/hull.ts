// The largest surface of revolution whose outline stays within a silhouette: at each height, the widest circle that
// does. Seen from above, a circle is an ellipse that reaches over several rows.
import { circle } from './circle.ts'
import { project } from './viewpoint.ts'

const CORNERS = circle(32).slice(0, 17)
const HALVINGS = 12
const WIDEST = 0.6
/** Pixels by which an outline may be exceeded: edges are half covered. */
const SLACK = 0.5

export class Hull {
  readonly #halfWidths: Float64Array
  readonly #width: number

  /** @param halfWidths of each row @param width of the picture, whose axis runs through the middle, in pixels */
  constructor(halfWidths: Float64Array, width: number) {
    this.#halfWidths = halfWidths
    this.#width = width
  }

  /** 0 outside. */
  radiusAt(height: number): number {
    let [low, high] = [0, WIDEST]
    if (!this.#fits(height, low)) return 0
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (low + high) / 2
      if (this.#fits(height, middle)) low = middle
      else high = middle
    }
    return low
  }

  #fits(height: number, radius: number): boolean {
    return CORNERS.every(([cos, sin]) => {
      // One side, back to front: the other is its mirror image.
      const { right, down } = project(radius * sin, height, radius * cos)
      const row = Math.floor(this.#halfWidths.length / 2 + down * this.#width)
      const room = this.#halfWidths[row] ?? 0
      return room > 0 && right * this.#width <= room + SLACK
    })
  }
}
