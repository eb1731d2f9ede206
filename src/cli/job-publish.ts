/** The competition as pages, in a folder that a web server shows, and in the object store where that is wanted. */
import { resolve } from 'node:path'
import { writeGallery } from '../gallery/write-gallery.ts'
import type { Job } from '../operate/job.ts'
import { openOperator } from './operator.ts'
import { publishFolder } from './publish-folder.ts'
import type { JobContext } from './serve-jobs.ts'

const OID_DIGITS = 12

export function publishJob({ dir, settings }: JobContext): Job {
  const { limit_minutes, folder, store } = settings.publish
  let shown: string | undefined
  return {
    name: 'publish',
    limitMs: 60_000 * limit_minutes,
    apart: ['verify'],
    async run(signal) {
      await using operator = await openOperator(dir, { runsImages: false })
      const head = await operator.repo.head()
      if (head === shown) return { said: 'nothing new to show', quiet: true }
      const place = resolve(dir, folder)
      const { pages, pictures } = await writeGallery({ repo: operator.repo, store: operator.store, dir: place })
      const key = `gallery/${head.slice(0, OID_DIGITS)}`
      const url = store ? await publishFolder(place, operator.store, key, signal) : undefined
      shown = head
      const where = url === undefined ? folder : `${folder} and ${url}`
      return {
        said: `${pages} pages and ${pictures} pictures to ${where}`,
        fields: { head, pages, pictures, ...(url && { url }) },
      }
    },
  }
}
