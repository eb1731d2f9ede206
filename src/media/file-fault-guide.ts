// What every fault of a model file means to whoever made it, and what to do about it. The only such list: the command
// line, the services and docs/mining.md say the same.
import type { FileFaultCode } from './file-fault.ts'
import * as limits from './limits.ts'

export interface FaultGuide {
  readonly meaning: string
  readonly remedy: string
}

const count = (value: number) => value.toLocaleString('en-GB')
const mib = (bytes: number) => `${bytes / 2 ** 20} MiB`

/** Every limit by the name of what it bounds, as people are told. */
export const FILE_LIMITS: readonly (readonly [what: string, limit: string])[] = [
  ['bytes of a file', mib(limits.MAX_MODEL_BYTES)],
  ['splats', count(limits.MAX_SPLATS)],
  ['bytes of a PLY header', `${limits.MAX_PLY_HEADER_BYTES / 1024} KiB`],
  ['triangles', count(limits.MAX_TRIANGLES)],
  ['vertices', count(limits.MAX_VERTICES)],
  ['coordinates of a mesh', `±${limits.MAX_GLB_COORDINATE} around the origin`],
  ['bytes of the JSON of a GLB', mib(limits.MAX_GLB_JSON_BYTES)],
  ['scenes', count(limits.MAX_GLB_SCENES)],
  ['extensions used, or required', `${count(limits.MAX_GLB_EXTENSIONS)} each`],
  ['nodes', count(limits.MAX_GLB_NODES)],
  ['nesting of nodes', count(limits.MAX_GLB_DEPTH)],
  ['primitives drawn', count(limits.MAX_GLB_INSTANCES)],
  ['materials', count(limits.MAX_GLB_MATERIALS)],
  ['pictures', count(limits.MAX_GLB_IMAGES)],
  ['accessors, buffer views, meshes, textures, samplers', `${count(limits.MAX_GLB_ITEMS)} each`],
  ['pixels of all textures together', count(limits.MAX_TEXELS)],
  ['pixels touched while drawing', count(limits.MAX_RENDER_WORK)],
]

/** A code without an entry here does not compile. */
export const FILE_FAULT_GUIDE: Readonly<Record<FileFaultCode, FaultGuide>> = {
  format: {
    meaning: 'It is not the kind of file that its name says, or is malformed.',
    remedy:
      'Export it again as binary glTF 2.0 (.glb), or as binary little-endian PLY of the 3DGS layout (.ply), under the right extension.',
  },
  truncated: {
    meaning: 'It says that there is more than there is.',
    remedy: 'Write or upload it again, whole, and compare the sizes; then look at the counts that the exporter wrote.',
  },
  unsupported: {
    meaning: 'It may be valid, but uses something that is not drawn.',
    remedy:
      'Export it without what the detail names: everything inside the file, plain triangles; of PLY the float attributes of 3DGS, binary and little-endian.',
  },
  extension: {
    meaning: 'It insists on a glTF extension that is not known here.',
    remedy:
      'Export it without that extension, or list it under `extensionsUsed` only, where the model is whole without it.',
  },
  compressed: {
    meaning: 'Its geometry is compressed (Draco, meshopt).',
    remedy: 'Export it uncompressed; there is room for large files.',
  },
  limit: {
    meaning: 'It has more of something than is let in.',
    remedy: 'Reduce what the detail names: decimate the mesh, prune splats, merge nodes, shrink textures.',
  },
  reference: {
    meaning: 'An index in it points at nothing.',
    remedy: 'Export it again with a tool that rewrites indices; a GLB validator names all such places.',
  },
  cycle: {
    meaning: 'Its nodes are not a tree: one has two parents, or is its own ancestor.',
    remedy: 'Give every node one parent at most; copy what is to be shown twice.',
  },
  not_finite: {
    meaning: 'It has NaN or infinity where a number is needed.',
    remedy: 'Look for divisions by zero in what wrote it, and leave such vertices out.',
  },
  empty: {
    meaning: 'There is nothing in it to draw.',
    remedy:
      'Look whether the generator failed; the scene has to show a mesh with triangles, or the PLY to have splats with finite numbers.',
  },
  out_of_bounds: {
    meaning: `It reaches out of the cube that a model has to fit into, ±${limits.MAX_GLB_COORDINATE} around the origin.`,
    remedy: 'Centre it at the origin and scale it into the unit cube, node transforms included.',
  },
  texture: {
    meaning: 'A picture in it cannot be decoded.',
    remedy: 'Embed undamaged PNG, JPEG or WebP pictures, with the MIME type that they have.',
  },
  work_budget: {
    meaning: 'To draw it would take too long.',
    remedy: 'Use fewer and smaller splats, or fewer triangles on top of each other.',
  },
}

/** @param code of a faulty file, from whichever renderer: one that we do not know has no entry */
export const guideOf = (code: string): FaultGuide | undefined =>
  Object.hasOwn(FILE_FAULT_GUIDE, code) ? FILE_FAULT_GUIDE[code as FileFaultCode] : undefined
