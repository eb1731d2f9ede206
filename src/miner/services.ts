/** What a miner runs besides its own code: the images, machines and settings of the original tool. */

export type ServiceName = 'generator' | 'render' | 'judge'

export interface Service {
  /** Of its container; the same in every round, so that it is found again. */
  readonly name: ServiceName
  /** Absent: whoever starts it says which. */
  readonly image?: string
  readonly port: number
  /** In the words of each provider; its own default where absent. */
  readonly resources: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** Whether it fetches something when it starts, such as the weights of a model. */
  readonly fetches: boolean
  readonly needsGpu: boolean
}

export const GENERATOR: Service = {
  ...{ name: 'generator', port: 10_006, fetches: false, needsGpu: true },
  resources: { targon: 'h200-small' },
}

export const RENDERER: Service = {
  ...{ name: 'render', port: 8000, fetches: false, needsGpu: true },
  image: 'ghcr.io/404-repo/render-service:latest',
  resources: { targon: 'rtx4090-small', runpod: 'NVIDIA GeForce RTX 4090' },
}

/** By what asks it: the original's two generations of judges. */
export const JUDGES = {
  penalty: {
    ...{ name: 'judge', port: 8000, fetches: true, needsGpu: true },
    image: 'vllm/vllm-openai:latest',
    resources: { targon: 'rtx4090-small', runpod: 'NVIDIA GeForce RTX 4090' },
    args: [
      ...['--model', 'zai-org/GLM-4.1V-9B-Thinking', '--max-model-len', '8096', '--tensor-parallel-size', '1'],
      ...['--gpu-memory-utilization', '0.95', '--max-num-seqs', '4'],
    ],
  },
  multistage: {
    ...{ name: 'judge', port: 8000, fetches: true, needsGpu: true },
    image: 'vllm/vllm-openai:v0.20.0',
    resources: { targon: 'h200-small' },
    args: [
      ...['--model', 'zai-org/GLM-4.6V-Flash', '--revision', '411bb4d77144a3f03accbf4b780f5acb8b7cde4e'],
      ...['--served-model-name', 'glm-4.6v-flash', '--host', '0.0.0.0', '--port', '8000', '--trust-remote-code'],
      ...['--dtype', 'bfloat16', '--gpu-memory-utilization', '0.90'],
      ...['--max-model-len', '32768', '--max-num-seqs', '32'],
    ],
  },
} as const satisfies Readonly<Record<string, Service>>

export const SERVICE_NAMES: readonly ServiceName[] = ['generator', 'render', 'judge']
