/** Builds: what is recorded of one, and when it has come to an end. */
import type { Build } from '../state/builds.ts'

/** What a builder says of a build now. */
export interface BuildAnswer {
  readonly status: Build['status']
  readonly image: string | null
  readonly digest?: string | undefined
  readonly logUrl?: string | undefined
  readonly detail?: string | undefined
  /** It is not the doing of the miner's code, so that another look may say otherwise. What was not found always is so. */
  readonly provisional?: boolean | undefined
}

type Outcome = Pick<Build, 'status' | 'docker_image' | 'image_digest' | 'log_url' | 'detail'>

/**
 * What is provisional is on record as pending until the audits are due, and final only when it is seen after that: one
 * look too early must never be what a miner is rejected for.
 */
export function recordedBuild(answer: BuildAnswer, pastDue: boolean): Outcome {
  const { status, image, digest, logUrl, detail, provisional = status === 'not_found' } = answer
  const also = { ...(logUrl !== undefined && { log_url: logUrl }), ...(detail !== undefined && { detail }) }
  if (provisional && !pastDue) return { status: 'pending', docker_image: null, ...also }
  return { status, docker_image: image, ...(digest !== undefined && { image_digest: digest }), ...also }
}

/** Whether a build has come to an end. Older engines recorded at once that one was not there; before the audits are due it is asked for again. */
export function isBuildSettled(build: Build | undefined, pastDue: boolean): boolean {
  if (build === undefined || build.status === 'pending' || build.status === 'in_progress') return false
  return build.status !== 'not_found' || pastDue
}
