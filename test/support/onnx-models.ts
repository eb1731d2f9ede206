// A tiny writer of ONNX files, for tests that run real networks: just enough of the protobuf wire format. Field numbers are
// those of onnx.proto.

/** Weights of the small network: patches of 56 × 56 to 8 features each, their mean to a vector of 16. */
export const PATCH = 56
export const FEATURES = 8
export const LENGTH = 16

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
const integer = (field: number, value: number) => Buffer.from([...varint(field * 8), ...varint(value)])
const bytes = (field: number, value: Uint8Array) =>
  Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(value.length)]), value])
const text = (field: number, value: string) => bytes(field, Buffer.from(value))
const message = (field: number, ...parts: Uint8Array[]) => bytes(field, Buffer.concat(parts))

const FLOAT = 1
const INTS = 7

type Shape = readonly (number | string)[]

const tensor = (name: string, shape: readonly number[], values: Float32Array) =>
  message(
    5,
    ...shape.map((edge) => integer(1, edge)),
    integer(2, FLOAT),
    text(8, name),
    bytes(9, Buffer.from(values.buffer)),
  )

const attribute = (name: string, values: readonly number[]) =>
  message(5, text(1, name), ...values.map((value) => integer(8, value)), integer(20, INTS))

const node = (type: string, inputs: readonly string[], output: string, attributes: Record<string, number[]> = {}) =>
  message(
    1,
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, type),
    ...Object.entries(attributes).map(([name, values]) => attribute(name, values)),
  )

const value = (field: number, name: string, shape: Shape) => {
  const edges = shape.map((edge) => message(1, typeof edge === 'number' ? integer(1, edge) : text(2, edge)))
  return message(field, text(1, name), message(2, message(1, integer(1, FLOAT), message(2, ...edges))))
}

/** Equal on every machine: a linear congruence, from −1 to 1. */
function weights(length: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  })
}

/** They answer to edges, not to what is even: each plane sums to 0. */
export const PATCH_WEIGHTS = Float32Array.from(
  Array.from({ length: FEATURES * 3 }, (_, plane) => {
    const raw = weights(PATCH * PATCH, plane + 1)
    const mean = raw.reduce((sum, weight) => sum + weight, 0) / raw.length
    return [...raw].map((weight) => (weight - mean) / 30)
  }).flat(),
)
export const MIX_WEIGHTS = weights(FEATURES * LENGTH, 2)

export interface NetworkChanges {
  readonly input?: string
  readonly inputShape?: Shape
  readonly output?: string
  /** What stands between the features and their mean; `Log` of what may be negative is not a number. */
  readonly activation?: 'Tanh' | 'Log'
  /** Nothing but zeros. */
  readonly mute?: boolean
  /** Features without a batch: another form of output. */
  readonly unflattened?: boolean
}

/** An embedding of pictures of 224 × 224 as an ONNX file: convolution, activation, mean, matrix. */
export function smallNetwork({
  input = 'pixel_values',
  inputShape = ['batch', 3, 224, 224],
  output = 'pooler_output',
  activation = 'Tanh',
  mute = false,
  unflattened = false,
}: NetworkChanges = {}): Uint8Array {
  const graph = message(
    7,
    node('Conv', [input, 'patches'], 'features', { kernel_shape: [PATCH, PATCH], strides: [PATCH, PATCH] }),
    node(activation, ['features'], 'active'),
    node('GlobalAveragePool', ['active'], unflattened ? output : 'mean'),
    ...(unflattened ? [] : [node('Flatten', ['mean'], 'flat'), node('MatMul', ['flat', 'mix'], output)]),
    text(2, 'small'),
    tensor('patches', [FEATURES, 3, PATCH, PATCH], PATCH_WEIGHTS),
    tensor('mix', [FEATURES, LENGTH], mute ? MIX_WEIGHTS.map(() => 0) : MIX_WEIGHTS),
    value(11, input, inputShape),
    value(12, output, unflattened ? ['batch', FEATURES, 1, 1] : ['batch', LENGTH]),
  )
  return Buffer.concat([integer(1, 8), graph, message(8, text(1, ''), integer(2, 17))])
}

/** What that network computes, in plain arithmetic. @param input 3 × 224 × 224 */
export function plainEmbedding(input: Float32Array): number[] {
  const across = 224 / PATCH
  const means = Array.from({ length: FEATURES }, (_, feature) => {
    let sum = 0
    for (let patch = 0; patch < across * across; patch++) {
      const [top, left] = [Math.floor(patch / across) * PATCH, (patch % across) * PATCH]
      let active = 0
      for (let channel = 0; channel < 3; channel++) {
        for (let y = 0; y < PATCH; y++) {
          for (let x = 0; x < PATCH; x++) {
            const weight = PATCH_WEIGHTS[((feature * 3 + channel) * PATCH + y) * PATCH + x]!
            active += weight * input[(channel * 224 + top + y) * 224 + left + x]!
          }
        }
      }
      sum += Math.tanh(active)
    }
    return sum / (across * across)
  })
  return Array.from({ length: LENGTH }, (_, k) =>
    means.reduce((sum, mean, feature) => sum + mean * MIX_WEIGHTS[feature * LENGTH + k]!, 0),
  )
}
