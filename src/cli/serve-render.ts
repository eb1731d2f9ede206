import { Command } from 'commander'
import { WorkerRenderer } from '../media/worker-renderer.ts'
import { renderService } from '../services/render-service.ts'
import { compatOption, sizeOption } from './media-options.ts'
import { type ServeOptions, serve, serviceOptions, withServe } from './serve-options.ts'

export const serveRenderCommand = withServe(new Command('serve-render'), 8000)
  .summary('draw previews for others, over HTTP')
  .description(
    'POST /render takes a GLB or PLY file and answers with the preview as PNG; /render_glb and /render_ply do it as 404-GEN’s\n' +
      'render service did. GET /health, /ready and /metrics. Ends in good order at SIGTERM or Ctrl-C.',
  )
  .addOption(sizeOption())
  .addOption(compatOption())
  .addHelpText(
    'after',
    '\nExamples:\n  $ roundkeeper serve-render\n' +
      '  $ curl --data-binary @model.glb http://127.0.0.1:8000/render -o preview.png\n',
  )
  .action(async (options: ServeOptions & { size: number; compat?: boolean }) => {
    const renderer = new WorkerRenderer({ workers: options.workers, compat: options.compat ?? false })
    try {
      await serve(renderService({ ...serviceOptions(options), renderer, size: options.size }), options)
    } finally {
      await renderer.close()
    }
  })
