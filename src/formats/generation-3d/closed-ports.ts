/** Ports for whoever must not touch what miners made: they know who they are, and do nothing. */
import { NotGathered } from '../../engine/not-gathered.ts'
import type { Judge } from '../../judge/judge.ts'
import type { Renderer } from '../../media/renderer.ts'
import type { Ports } from './ports.ts'

const closed = (what: string) => async (): Promise<never> => {
  throw new NotGathered(what)
}

/**
 * Bytes and hosts of miners are out of reach. Prompt images are fetched all the same: their hosts are the operator's; and
 * whoever builds images is asked, for which nobody's bytes are read here.
 */
export function closedPorts(ports: Ports): Ports {
  const { downloader, renderer, distance, judge, secondJudge, canaryPictures, pods } = ports
  return {
    ...ports,
    downloader: { fetch: (...about) => downloader.fetch(...about), ...noMiners },
    renderer: closedRenderer(renderer),
    distance: { id: distance.id, deterministic: distance.deterministic, distance: closed('a distance') },
    judge: closedJudge(judge),
    secondJudge: secondJudge && closedJudge(secondJudge),
    ...(canaryPictures && { canaryPictures: { id: canaryPictures.id, change: closed('the picture of a canary') } }),
    pods: { id: pods.id, start: closed('what an image makes') },
  }
}

/** The same, for whoever decides nothing either: what is built is asked about by those who put it on record. */
export const withoutBuilds = (ports: Ports): Ports => ({ ...ports, builder: { build: closed('a build') } })

/** For whoever gathers everything but what runs on pods. */
export const withoutPods = (ports: Ports): Ports => ({
  ...ports,
  pods: { id: ports.pods.id, start: closed('what an image makes') },
})

const noMiners = { stream: closed('a download'), look: closed('whether a file is there') }

const closedRenderer = (renderer: Renderer): Renderer => ({
  id: renderer.id,
  deterministic: renderer.deterministic,
  render: closed('a preview'),
  ...(renderer.asOriginal && { asOriginal: () => closedRenderer(renderer.asOriginal?.() ?? renderer) }),
})

const closedJudge = ({ id, deterministic, identity }: Judge): Judge => ({
  ...{ id, deterministic, judge: closed('a verdict') },
  ...(identity !== undefined && { identity }),
})
