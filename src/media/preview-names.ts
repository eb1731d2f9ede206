// How the preview of each model of a folder is called, so that no two have one name.
import { parse } from 'node:path'

/**
 * `vase.png` for `vase.glb`; where `vase.ply` is beside it, `vase.glb.png` and `vase.ply.png`.
 * @param models names without folders, each once
 */
export function previewNames(models: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map(models.map((model) => [model, `${parse(model).name}.png`]))
  // A full name may be what another one is cut down to (`vase.ply.glb`): until nothing is in each other's way.
  for (let changed = true; changed; ) {
    changed = false
    for (const group of Map.groupBy(models, (model) => names.get(model)?.toLowerCase()).values()) {
      if (group.length === 1) continue
      for (const model of group) {
        changed ||= names.get(model) !== `${model}.png`
        names.set(model, `${model}.png`)
      }
    }
  }
  return names
}
