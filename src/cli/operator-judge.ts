/** The judge as settings name it. Nothing is loaded or asked before there is a duel. */
import type { Clock } from '../engine/clock.ts'
import { RoundkeeperError } from '../errors.ts'
import type { Judge } from '../judge/judge.ts'
import { OfflineJudge } from '../judge/offline-judge.ts'
import { openVlmJudge } from '../judge/vlm/open.ts'
import { promptDistance, viewDistances } from '../media/classical-distance.ts'
import { cutView } from '../media/cut-view.ts'
import type { JudgeSettings } from './judge-settings.ts'

/** Of endpoints that name no other. */
export const API_KEY = 'ROUNDKEEPER_JUDGE_API_KEY'

export function operatorJudge(settings: JudgeSettings, clock: Clock): Judge {
  if (settings.kind === 'offline') return new OfflineJudge({ distance: promptDistance })
  const { kind, model, revision = null, images, max_tokens, timeout_seconds, endpoints } = settings
  return openVlmJudge({
    ...{ kind, model, revision, images, maxTokens: max_tokens, timeoutMs: 1000 * timeout_seconds, clock },
    ...{ cut: cutView, viewDistances },
    endpoints: endpoints.map(({ url, concurrency, requests_per_minute, api_key_env }) => ({
      ...{ url, concurrency, requestsPerMinute: requests_per_minute },
      apiKey: () => keyFrom(api_key_env),
    })),
  })
}

/** How many duels are worth asking about at once: each is two calls at the least. */
export const duelsAtOnce = (settings: JudgeSettings): number =>
  settings.kind === 'offline'
    ? 1
    : Math.ceil(settings.endpoints.reduce((sum, { concurrency }) => sum + concurrency, 0) / 2)

function keyFrom(name: string | undefined): string | undefined {
  const key = process.env[name ?? API_KEY]
  if (key || name === undefined) return key || undefined
  throw new RoundkeeperError(
    'unauthorised',
    `the environment has no ${name}, which holds the key of a judge's endpoint`,
    {
      where: 'roundkeeper.json: judge.endpoints',
      hint: `Set ${name}, or take api_key_env out for an endpoint that wants no key.`,
    },
  )
}
