import type { Builder } from '../../compute/builder.ts'
import type { Pods } from '../../compute/pods.ts'
import type { Shares } from '../../engine/fair-share.ts'
import type { Judge } from '../../judge/judge.ts'
import type { CanaryPictures } from '../../media/canary-pictures.ts'
import type { Downloader } from '../../media/download.ts'
import type { ImageDistance } from '../../media/image-distance.ts'
import type { Renderer } from '../../media/renderer.ts'
import type { ObjectStore } from '../../store/object-store.ts'
import type { CrewSize } from './pod-crew.ts'

/** What it takes to judge a match. */
export type JudgingPorts = Pick<Ports, 'store' | 'downloader' | 'judge' | 'secondJudge' | 'canaryPictures'>

/** What an image-to-3D competition needs from the world. */
export interface Ports {
  readonly store: ObjectStore
  /** Where models and previews are kept under readable names, too. */
  readonly readable?: ObjectStore
  readonly downloader: Downloader
  /** How many downloads run at once; the usual numbers where absent. */
  readonly shares?: Partial<Shares>
  readonly renderer: Renderer
  readonly distance: ImageDistance
  readonly judge: Judge
  /** Asked once more about a would-be king, where the competition's `judging.throne` wants that. */
  readonly secondJudge?: Judge | undefined
  /** Makes copies of previews for questions with a known answer; needed where `config.judging` has canaries. */
  readonly canaryPictures?: CanaryPictures
  readonly builder: Builder
  readonly pods: Pods
  /** Where an image finds the picture of a prompt; at its own address where absent. */
  readonly addressOf?: (url: string) => string
  /** How many of them one miner gets; one where absent. */
  readonly crew?: Partial<CrewSize> & {
    /** How many images are audited at a time; one where absent. */
    readonly auditsAtOnce?: number
  }
}
