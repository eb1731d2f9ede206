/** `miner start-generator`, `start-renderer`, `start-judge`, and the original's: one service, here or at a provider. */
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { minerIn } from '../compute/local-image.ts'
import { SystemClock } from '../engine/system-clock.ts'
import { SERVICE_LIMITS } from '../miner/service-pod.ts'
import { GENERATOR, JUDGES, RENDERER } from '../miner/services.ts'
import { generatorService, renderService } from './miner-local-service.ts'
import type { Face } from './miner-options.ts'
import { providerOf } from './miner-providers.ts'
import { type StartWorld, startCommand } from './miner-start-service.ts'

export type { StartWorld } from './miner-start-service.ts'

const world = (): StartWorld => ({ providerOf, clock: new SystemClock(), limits: SERVICE_LIMITS })

export function startGeneratorCommand(face: Face, given = world()): Command {
  return startCommand(face, given, {
    command: 'start-generator',
    summary: 'run your own generator, here or at a GPU provider',
    service: () => GENERATOR,
    examples: [
      'start-generator --provider local --image-url ./my-generator   # a folder with miner.json',
      'start-generator --provider container --image-url ghcr.io/me/model@sha256:…',
      'start-generator --image-url ghcr.io/me/model:v1                # on Targon, with TARGON_API_KEY set',
    ],
    options: (command) =>
      command.requiredOption('--image-url <image>', 'your image; with --provider local also a folder with miner.json'),
    // What looks like a path is one; a plain name is a folder's only where a miner lies in it.
    local: async ({ imageUrl = '' }, started) => {
      const isFolder = /^\.{0,2}\/|^\.{1,2}$/.test(imageUrl) || (await minerIn(resolve(imageUrl))) !== undefined
      return isFolder ? generatorService(imageUrl, started.placeOf('generator-home')) : undefined
    },
  })
}

export function startRendererCommand(face: Face, given = world()): Command {
  return startCommand(face, given, {
    command: 'start-renderer',
    summary: 'run a render service, here or at a GPU provider',
    service: () => RENDERER,
    examples: [
      'start-renderer --provider local   # ours, on this machine; the pixels that a competition sees',
      'start-renderer                    # the original’s, on Targon, with TARGON_API_KEY set',
    ],
    options: (command) => command.option('--image-url <image>', 'instead of the original’s'),
    local: async () => renderService(),
  })
}

export function startJudgeCommand(face: Face, given = world()): Command {
  return startCommand(face, given, {
    command: 'start-judge',
    summary: 'run a vision-language model to judge by, at a GPU provider',
    service: ({ judge }) => JUDGES[judge],
    examples: [
      'start-judge --provider runpod',
      'start-judge --provider container --judge multistage',
      'start-judge --provider local      # looks for a vLLM that runs here already',
    ],
    options: (command) =>
      command
        .option('--image-url <image>', 'instead of the original’s')
        .addOption(
          new Option('--judge <kind>', 'for which way of judging').choices(Object.keys(JUDGES)).default('penalty'),
        ),
  })
}
