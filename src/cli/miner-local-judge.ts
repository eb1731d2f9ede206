/** A judge of one's own is a large model, which nothing of ours can stand in for: one that is served here already is found. */
import { request } from 'undici'
import { z } from 'zod'
import { RoundkeeperError } from '../errors.ts'
import type { Service } from '../miner/services.ts'

const ASK_MS = 5_000
const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) })

/** @returns the address of an OpenAI-compatible server on this machine @throws `not-found` with how to start one */
export async function findJudge({ args = [] }: Service, port: number, signal: AbortSignal): Promise<string> {
  const url = `http://127.0.0.1:${port}`
  const model = args[args.indexOf('--model') + 1]
  let said: string
  try {
    const inTime = AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)])
    const { statusCode, body } = await request(`${url}/v1/models`, { signal: inTime, reset: true })
    const models = statusCode === 200 ? modelsSchema.safeParse(await body.json()) : undefined
    if (models?.success && models.data.data.length > 0) return url
    said = `${url}/v1/models answers ${statusCode}, without a model`
  } catch (error) {
    signal.throwIfAborted()
    said = `nobody answers on ${url}: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`
  }
  const vllm = `vllm serve ${model} ${args
    .slice(2)
    .filter((each) => each !== '0.0.0.0')
    .join(' ')}`
  throw new RoundkeeperError('not-found', `a judge is a large model, which Roundkeeper does not bring along; ${said}`, {
    where: '--provider local',
    hint:
      `Serve it with vLLM on a machine with a GPU (\`${vllm}\`) and run again; start its container with --provider container; ` +
      'or judge without one: `roundkeeper miner judge --judge offline`.',
  })
}
