import { Command } from 'commander'
import { mediaCheckCommand } from './media-check.ts'
import { mediaDiffCommand } from './media-diff.ts'
import { mediaViewCommand } from './media-view.ts'

export const mediaCommand = new Command('media')
  .summary('look at models as a competition does: check, view, diff')
  .description(
    'What becomes of a GLB or PLY file in a competition, on your own machine: whether it would be taken, the preview that is\n' +
      'judged, and how far two previews are apart. The renderer draws the same pixels everywhere.',
  )
  .addCommand(mediaCheckCommand)
  .addCommand(mediaViewCommand)
  .addCommand(mediaDiffCommand)
