import { RoundkeeperError } from '../../errors.ts'
import type { Renderer } from '../../media/renderer.ts'
import type { Settings } from './settings.ts'

/** Who draws as a competition's settings want it. @throws `usage` for a renderer that cannot */
export function rendererOf(renderer: Renderer, { preview_compat }: Pick<Settings, 'preview_compat'>): Renderer {
  const chosen = preview_compat ? renderer.asOriginal?.() : renderer
  if (chosen !== undefined) return chosen
  throw new RoundkeeperError('usage', `${renderer.id} cannot draw splats as the original does`, {
    where: 'settings.preview_compat in config.json',
    hint: 'Name {"kind": "cpu"} as the renderer in roundkeeper.json; a service draws as it does, whatever this setting says.',
  })
}
