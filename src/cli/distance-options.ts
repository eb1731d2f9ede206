/** How a command line chooses what measures the distance of two pictures, when it is not the classical one. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { RoundkeeperError } from '../errors.ts'
import { sha256OfNetwork } from '../media/dinov3/network-file.ts'
import type { DistanceSettings } from './media-settings.ts'

export interface DistanceOptions {
  /** Path or http(s) URL of an ONNX file. */
  readonly model?: string
  readonly modelSha256?: string
  readonly runtime: 'web' | 'node'
}

export const addDistanceOptions = (command: Command): Command =>
  command
    .option('--model <onnx>', 'measure by this DINOv3 network, a file or a URL, instead of the classical distance')
    .addOption(
      new Option('--model-sha256 <hex>', 'what the network has to hash to; needed for a URL').argParser(sha256),
    )
    .addOption(
      new Option('--runtime <name>', 'what runs the network: `web` gives equal bits everywhere, `node` is faster')
        .choices(['web', 'node'])
        .default('web'),
    )

/** Where networks that were fetched are kept. */
export const networkCache = (): string =>
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'roundkeeper', 'networks')

/** @throws `usage` where a digest is missing; of a file `not-found` */
export async function distanceSettingsOf({ model, modelSha256, runtime }: DistanceOptions): Promise<DistanceSettings> {
  if (model === undefined) return { kind: 'classical' }
  if (!/^https?:\/\//.test(model)) {
    return { kind: 'dinov3', runtime, model: { path: model, sha256: modelSha256 ?? (await sha256OfNetwork(model)) } }
  }
  if (modelSha256 !== undefined) return { kind: 'dinov3', runtime, model: { url: model, sha256: modelSha256 } }
  throw new RoundkeeperError('usage', 'a network that is fetched is only taken by its digest', {
    where: '--model',
    hint: 'Say with --model-sha256 which one it is: what `sha256sum` says of the file.',
  })
}

function sha256(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text
  throw new InvalidArgumentError('expected 64 lower-case hex digits')
}
