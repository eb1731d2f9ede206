// Image distance by a network, as 404-GEN measures it: DINOv3 sees each picture as a whole, and the distance is that of the
// cosine between what it makes of them. Whatever cannot be measured is an error, never a number.
import pLimit from 'p-limit'
import { RoundkeeperError } from '../../errors.ts'
import type { Picture } from '../decode-image.ts'
import type { ImageDistance } from '../image-distance.ts'
import { openPicture } from '../open-picture.ts'
import { recordedDistance } from '../recorded-distance.ts'
import { cosineDistance } from './cosine.ts'
import { INPUT_SIZE, networkInput } from './input.ts'
import { type Network, openNetwork, type Runtime, runtimeName } from './runtime.ts'
import { openThreadedNetwork } from './threaded-network.ts'

export interface Dinov3Options {
  readonly model: NetworkFile
  readonly runtime: Runtime
}

/** An ONNX file whose digest is known before it is read. */
export interface NetworkFile {
  /** Lower-case hex. */
  readonly sha256: string
  /** For people: a path or a URL. */
  readonly where: string
  /** @throws `refused` for other bytes, `not-found`, `unavailable` */
  read(): Promise<Uint8Array>
}

/** To be raised whenever a distance changes that does not follow from another network or another runtime. */
const VERSION = 1
const SHAPE = [1, 3, INPUT_SIZE, INPUT_SIZE] as const

export class Dinov3Distance implements ImageDistance, AsyncDisposable {
  readonly deterministic: boolean
  readonly #model: NetworkFile
  readonly #runtime: Runtime
  /** One at a time: the library has one thread, and each run its own memory. */
  readonly #turn = pLimit(1)
  #network: Promise<Network> | undefined

  constructor({ model, runtime }: Dinov3Options) {
    this.#model = model
    this.#runtime = runtime
    this.deterministic = runtime === 'web'
  }

  /** Names everything that a distance depends on: steps before and after, library, weights. @throws `usage` without the library */
  get id(): string {
    return `dinov3/${VERSION}+${runtimeName(this.#runtime)}+sha256-${this.#model.sha256}`
  }

  /**
   * @throws `refused` for what is no picture, `unavailable` when nothing was measured; for the network itself `usage`, and as
   * `NetworkFile`
   */
  async distance(a: Uint8Array, b: Uint8Array): Promise<number> {
    const [left, right] = [await openPicture(a, 'the first image'), await openPicture(b, 'the second image')]
    const distance = cosineDistance(await this.#embedding(left), await this.#embedding(right))
    if (!Number.isFinite(distance))
      throw failed(this.#model.where, 'the network answers with vectors without a direction')
    return recordedDistance(distance)
  }

  /** Opens the network, and tries it. @throws `usage`, and as `NetworkFile` */
  async prepare(): Promise<void> {
    await this.#open()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const network = await this.#network?.catch(() => undefined)
    this.#network = undefined
    await network?.[Symbol.asyncDispose]()
  }

  async #embedding(picture: Picture): Promise<Float32Array> {
    return this.#turn(async () => {
      const network = await this.#open()
      try {
        return await network.run(networkInput(picture))
      } catch (cause) {
        // Another one is opened for the next picture.
        await this[Symbol.asyncDispose]()
        throw failed(this.#model.where, cause instanceof Error ? cause.message.slice(0, 200) : String(cause), cause)
      }
    })
  }

  /** What failed to open is tried again by the next one who asks. */
  #open(): Promise<Network> {
    this.#network ??= this.#model
      .read()
      .then((model) => this.#start(model))
      .catch((error: unknown) => {
        this.#network = undefined
        throw error
      })
    return this.#network
  }

  /** The native library has threads of its own. */
  #start(model: Uint8Array): Promise<Network> {
    const [runtime, { where }] = [this.#runtime, this.#model]
    if (runtime === 'node') return openNetwork(runtime, model, where, SHAPE)
    return openThreadedNetwork({ runtime, model, where, shape: SHAPE })
  }
}

const failed = (where: string, why: string, cause?: unknown) =>
  new RoundkeeperError('unavailable', `the distance of two pictures was not measured: ${why}`, {
    where,
    hint: 'The network or its runtime is at fault, not the pictures: try them with `roundkeeper media diff --model`.',
    cause,
  })
