// The two builds of ONNX Runtime, loaded when a network is really run: one costs a third of a second to load, the other is
// not even installed unless an operator wants its speed.
import { createRequire } from 'node:module'
import type * as Ort from 'onnxruntime-web'
import { RoundkeeperError } from '../../errors.ts'

/** `web` is WebAssembly on one thread: equal bits on every machine. `node` is native, several times as fast, and is not. */
export type Runtime = 'web' | 'node'

interface Build {
  readonly library: string
  readonly provider: 'wasm' | 'cpu'
  readonly install: string
}

const BUILDS: Readonly<Record<Runtime, Build>> = {
  web: { library: 'onnxruntime-web', provider: 'wasm', install: 'npm install onnxruntime-web@1.30.0' },
  // Its install script would fetch CUDA, and fail where there is no way to it.
  node: {
    library: 'onnxruntime-node',
    provider: 'cpu',
    install: 'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node@1.30.0',
  },
}

const require = createRequire(import.meta.url)
const loaded = new Map<Runtime, typeof Ort>()

/** @throws `usage` when the library is not installed, or does not load here */
function load(runtime: Runtime): typeof Ort {
  const before = loaded.get(runtime)
  if (before !== undefined) return before
  const { library, install } = BUILDS[runtime]
  try {
    const ort = require(library) as typeof Ort
    ort.env.logLevel = 'error'
    // More would be faster, and sum in another order.
    if (runtime === 'web') ort.env.wasm.numThreads = 1
    loaded.set(runtime, ort)
    return ort
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND'
    throw new RoundkeeperError('usage', `${library} ${missing ? 'is not installed' : 'does not load here'}`, {
      where: `the "${runtime}" runtime of the distance`,
      hint: `Run \`${install}\` where roundkeeper is installed${runtime === 'web' ? '' : ', or choose the runtime "web"'}.`,
      cause,
    })
  }
}

/** Name and version: another version may give other bits. @throws `usage` */
export function runtimeName(runtime: Runtime): string {
  const { versions } = load(runtime).env
  return `${BUILDS[runtime].library}-${versions[runtime] ?? versions.common}`
}

/** A network that makes one vector of one picture. */
export interface Network extends AsyncDisposable {
  /** @param input as many numbers as the input has @throws whatever the library throws */
  run(input: Float32Array): Promise<Float32Array>
}

const [INPUT, OUTPUT] = ['pixel_values', 'pooler_output']

/**
 * @param model bytes of an ONNX file @param where for errors @param shape of the input
 * @throws `usage` for a file that is no network, or no such network
 */
export async function openNetwork(
  runtime: Runtime,
  model: Uint8Array,
  where: string,
  shape: readonly number[],
): Promise<Network> {
  const { InferenceSession, Tensor } = load(runtime)
  const unfit = (why: string, cause?: unknown) =>
    new RoundkeeperError('usage', `the file is not the network that is needed: ${why}`, {
      where,
      hint: `Export the model to ONNX with the input \`${INPUT}\` [1, 3, 224, 224] and the output \`${OUTPUT}\` [1, n], both float32; docs/image-distance.md says how.`,
      cause,
    })
  const session = await InferenceSession.create(model, {
    executionProviders: [BUILDS[runtime].provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  }).catch((cause: unknown) => {
    throw unfit(wordsOf(cause), cause)
  })
  const run = async (input: Float32Array) => {
    const { [OUTPUT]: output } = await session.run({ [INPUT]: new Tensor('float32', input, shape) }, [OUTPUT])
    if (output === undefined || output.type !== 'float32' || output.dims.length !== 2 || output.dims[0] !== 1) {
      throw new Error(`its output is ${output?.type} [${output?.dims}]`)
    }
    // The library's memory is used again by the next run.
    return Float32Array.from(output.data as Float32Array)
  }
  const release = () => session.release()
  try {
    const { inputNames, outputNames } = session
    if (inputNames.length !== 1 || inputNames[0] !== INPUT) throw new Error(`its inputs are ${inputNames.join(', ')}`)
    if (!outputNames.includes(OUTPUT)) throw new Error(`its outputs are ${outputNames.join(', ')}`)
    await run(new Float32Array(shape.reduce((product, edge) => product * edge, 1)))
  } catch (cause) {
    await release()
    throw unfit(wordsOf(cause), cause)
  }
  return { run, [Symbol.asyncDispose]: release }
}

/** The first line, without what is only of use to those who write the library. */
const wordsOf = (cause: unknown) =>
  (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0]!.slice(0, 200)
