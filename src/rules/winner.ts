/** What `winner.json` says, from who won: the code that was entered and built, or that of the leader who defended. */
import type { Build } from '../state/builds.ts'
import type { LeaderEntry } from '../state/leader.ts'
import type { Submission } from '../state/submissions.ts'
import { LEADER, type Winner } from '../state/winner.ts'

export interface WinnerInput {
  /** A hotkey, or `leader`. */
  readonly hotkey: string
  /** The reigning one, if there is any. */
  readonly leader: LeaderEntry | undefined
  readonly submission: Submission | undefined
  readonly build: Build | undefined
}

/** The record of a round that came to nothing: for readers who know nothing of it, the leader defended. @param by path of the act's record */
export function voidWinner(leader: LeaderEntry | undefined, by: string): Winner {
  return { ...defence(leader), void: by }
}

/** @returns undefined for a challenger without an entry or an image on record */
export function winnerRecord({ hotkey, leader, submission, build }: WinnerInput): Winner | undefined {
  if (hotkey === LEADER) return defence(leader)
  if (submission === undefined || !build?.docker_image) return undefined
  const { repo, commit } = submission
  return { winner_hotkey: hotkey, repo, commit, docker_image: build.docker_image, ...pinOf(build) }
}

/** A competition without any leader yet, and nobody to crown: the record says so with empty fields. */
function defence(leader: LeaderEntry | undefined): Winner {
  const { repo = '', commit = '', docker = '' } = leader ?? {}
  return { winner_hotkey: LEADER, repo, commit, docker_image: docker, ...pinOf(leader) }
}

const pinOf = (image: Pick<Build, 'image_digest'> | undefined) =>
  image?.image_digest === undefined ? {} : { image_digest: image.image_digest }
