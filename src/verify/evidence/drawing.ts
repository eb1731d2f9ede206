import { isError } from '../../errors.ts'
import { type Settings, settingsOf } from '../../formats/generation-3d/index.ts'
import type { Config } from '../../state/config.ts'
import type { OutputQuestion } from './outputs.ts'

/** How models are kept and drawn under a config; where its settings cannot be read, as they are by default. */
export function drawingOf(
  config: Config | undefined,
): Pick<OutputQuestion, 'artifact' | 'previewSize' | 'compat' | 'maxModelBytes'> {
  const settings = readable(config) ?? settingsOf({})
  return {
    artifact: settings.artifact,
    previewSize: settings.preview_size,
    compat: settings.preview_compat,
    maxModelBytes: settings.max_model_bytes,
  }
}

function readable(config: Config | undefined): Settings | undefined {
  try {
    return config && settingsOf(config)
  } catch (error) {
    if (isError(error, 'state-file')) return undefined
    throw error
  }
}
