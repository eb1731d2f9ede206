/** The pods of one competition: whose they are, and where they run. */
import type { CloudPods } from '../compute/cloud-pods.ts'
import type { PodOwner, Reaped } from '../compute/pods.ts'
import { Snapshot } from '../engine/snapshot.ts'
import { RoundkeeperError } from '../errors.ts'
import { podOwnerOf } from '../formats/generation-3d/pod-owner.ts'
import type { StateRepo } from '../repo/state-repo.ts'
import { files } from '../state/index.ts'
import { openOperator } from './operator.ts'
import { GPU_PROVIDERS } from './operator-pods.ts'

/** @throws `usage` where all images run as processes of this machine: they end with whoever started them */
export async function withPods<T>(dir: string, work: (cloud: CloudPods, owner: PodOwner) => Promise<T>): Promise<T> {
  await using operator = await openOperator(dir)
  const { cloud, repo } = operator
  if (cloud === undefined) {
    throw new RoundkeeperError('usage', 'there is no provider that could have pods', {
      where: 'roundkeeper.json: pods.providers',
      hint: `Name providers there, or in ${GPU_PROVIDERS}. Processes of this machine end with the run that started them.`,
    })
  }
  return work(cloud, await ownerOf(repo))
}

/** What every `advance` does, and `pods reap`. @returns undefined where nothing could have pods */
export async function reapPods(dir: string, signal: AbortSignal): Promise<Reaped | undefined> {
  await using operator = await openOperator(dir)
  return operator.cloud?.reap(await ownerOf(operator.repo), signal)
}

async function ownerOf(repo: StateRepo): Promise<PodOwner> {
  const snapshot = new Snapshot(repo, await repo.head())
  const { current_round: number } = await snapshot.read(files.state)
  const config = await snapshot.read(files.config)
  return podOwnerOf({ snapshot, config, number })
}
