// Every limit on bytes from outside, in one place. A limit that refuses a file counts things, never time,
// so that the answer is the same on every machine.

/** Of a whole model file; as much as the original's renderer accepts. */
export const MAX_MODEL_BYTES = 200 * 2 ** 20

/** A PLY header of the known exporters is about 1.5 KB, with SH 3 about 2.5 KB. */
export const MAX_PLY_HEADER_BYTES = 64 * 1024
export const MAX_SPLATS = 2_000_000
/** Natural logarithm of a splat's scale; beyond it a splat is dropped. */
export const MAX_LOG_SCALE = 20

export const MAX_GLB_JSON_BYTES = 4 * 2 ** 20
/** Of accessors, buffer views, meshes, textures, samplers, each. */
export const MAX_GLB_ITEMS = 20_000
export const MAX_GLB_SCENES = 1_000
/** Of extensions named as used, or as required. */
export const MAX_GLB_EXTENSIONS = 100
export const MAX_GLB_IMAGES = 256
export const MAX_GLB_NODES = 10_000
export const MAX_GLB_DEPTH = 64
/** Primitives drawn, counted once for every node that shows them. */
export const MAX_GLB_INSTANCES = 10_000
export const MAX_GLB_MATERIALS = 1_024
export const MAX_VERTICES = 4_000_000
export const MAX_TRIANGLES = 2_000_000
/** A vertex may lie this far from the origin along each axis: the unit cube and 20 %. */
export const MAX_GLB_COORDINATE = 0.6

/** All textures of one file together. */
export const MAX_TEXELS = 4 * 4096 * 4096
/** One picture that is compared or judged. */
export const MAX_IMAGE_PIXELS = 4096 * 4096
export const MAX_IMAGE_BYTES = 64 * 2 ** 20

export const MAX_VIEW_SIZE = 1024
/** Pixels touched while drawing one preview; a million ordinary splats need some 50 million. */
export const MAX_RENDER_WORK = 1_000_000_000
