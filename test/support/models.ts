// Tiny writers of model files, and a few shapes, for tests that need real bytes.

export interface TestSplat {
  readonly at: readonly [number, number, number]
  /** Standard deviation along each axis before rotation. */
  readonly scale?: readonly [number, number, number]
  /** w x y z. */
  readonly rotation?: readonly [number, number, number, number]
  readonly opacity?: number
  readonly colour?: readonly [number, number, number]
}

const SH_0 = 0.28209479177387814
export const PLY_PROPERTIES = [
  ...['x', 'y', 'z', 'f_dc_0', 'f_dc_1', 'f_dc_2', 'opacity', 'scale_0', 'scale_1', 'scale_2'],
  ...['rot_0', 'rot_1', 'rot_2', 'rot_3'],
]

export function plyHeader(count: number | string, properties: readonly string[] = PLY_PROPERTIES): string {
  const lines = properties.map((name) => `property float ${name}\n`).join('')
  return `ply\nformat binary_little_endian 1.0\nelement vertex ${count}\n${lines}end_header\n`
}

export function writePly(splats: readonly TestSplat[]): Uint8Array {
  const rows = splats.map(({ at, scale = [0.02, 0.02, 0.02], rotation = [1, 0, 0, 0], opacity = 0.95, colour }) => [
    ...at,
    ...(colour ?? [0.5, 0.5, 0.5]).map((value) => (value - 0.5) / SH_0),
    Math.log(opacity / (1 - opacity)),
    ...scale.map((value) => Math.log(value)),
    ...rotation,
  ])
  const body = new DataView(new ArrayBuffer(rows.length * PLY_PROPERTIES.length * 4))
  for (const [i, value] of rows.flat().entries()) body.setFloat32(i * 4, value, true)
  return Buffer.concat([Buffer.from(plyHeader(splats.length)), new Uint8Array(body.buffer)])
}

export interface TestMesh {
  readonly positions: readonly number[]
  readonly indices: readonly number[]
  readonly normals?: readonly number[]
  readonly coordinates?: readonly number[]
  readonly colours?: readonly number[]
}

/** What a test may change before the bytes are written. */
export interface GlbParts {
  // biome-ignore lint/suspicious/noExplicitAny: a document that tests break in every way
  json: any
  binary: Uint8Array
}

export interface GlbOptions {
  /** Linear base colour factor. */
  readonly colour?: readonly [number, number, number]
  /** An encoded image for the base colour texture. */
  readonly image?: Uint8Array
  readonly imageType?: string
  readonly material?: object
  /** Properties of the node that shows the mesh. */
  readonly node?: object
}

export function glbParts(mesh: TestMesh, options: GlbOptions = {}): GlbParts {
  const chunks: Uint8Array[] = []
  const bufferViews: object[] = []
  const add = (bytes: Uint8Array): number => {
    const byteOffset = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    chunks.push(bytes, new Uint8Array((4 - (bytes.length % 4)) % 4))
    return bufferViews.push({ buffer: 0, byteOffset, byteLength: bytes.length }) - 1
  }
  const accessors: object[] = []
  const floats = (values: readonly number[] | undefined, type: string, width: number) => {
    if (values === undefined) return undefined
    const bufferView = add(new Uint8Array(Float32Array.from(values).buffer))
    return accessors.push({ bufferView, componentType: 5126, count: values.length / width, type }) - 1
  }
  const attributes = {
    POSITION: floats(mesh.positions, 'VEC3', 3),
    NORMAL: floats(mesh.normals, 'VEC3', 3),
    TEXCOORD_0: floats(mesh.coordinates, 'VEC2', 2),
    COLOR_0: floats(mesh.colours, 'VEC3', 3),
  }
  const [low, high] = [Math.min, Math.max].map((pick) =>
    [0, 1, 2].map((axis) => mesh.positions.filter((_, i) => i % 3 === axis).reduce((a, b) => pick(a, b))),
  )
  Object.assign(accessors[0]!, { min: low?.map(Math.fround), max: high?.map(Math.fround) })
  const indexView = add(new Uint8Array(Uint32Array.from(mesh.indices).buffer))
  const index = { bufferView: indexView, componentType: 5125, count: mesh.indices.length, type: 'SCALAR' }
  const indices = accessors.push(index) - 1
  const pbrMetallicRoughness = {
    baseColorFactor: [...(options.colour ?? [1, 1, 1]), 1],
    metallicFactor: 0,
    roughnessFactor: 0.8,
    ...(options.image && { baseColorTexture: { index: 0 } }),
  }
  const json = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ mesh: 0, ...options.node }],
    meshes: [{ primitives: [{ attributes, indices, material: 0 }] }],
    materials: [{ pbrMetallicRoughness, ...options.material }],
    ...(options.image && {
      textures: [{ source: 0 }],
      images: [{ bufferView: add(options.image), mimeType: options.imageType ?? 'image/png' }],
    }),
    accessors,
    bufferViews,
    buffers: [{ byteLength: 0 }],
  }
  const binary = Buffer.concat(chunks)
  json.buffers[0] = { byteLength: binary.length }
  return { json, binary }
}

export function packGlb({ json, binary }: GlbParts): Uint8Array {
  const text = typeof json === 'string' ? json : JSON.stringify(json)
  const padded = Buffer.from(text.padEnd(Math.ceil(Buffer.byteLength(text) / 4) * 4))
  const head = Buffer.alloc(20)
  head.writeUInt32LE(0x46546c67, 0)
  head.writeUInt32LE(2, 4)
  head.writeUInt32LE(28 + padded.length + binary.length, 8)
  head.writeUInt32LE(padded.length, 12)
  head.write('JSON', 16)
  const next = Buffer.alloc(8)
  next.writeUInt32LE(binary.length, 0)
  next.write('BIN\0', 4)
  return Buffer.concat([head, padded, next, binary])
}

export const writeGlb = (mesh: TestMesh, options: GlbOptions = {}): Uint8Array => packGlb(glbParts(mesh, options))

/** A ball of latitudes and longitudes, with smooth normals and coordinates. */
export function sphere(radius: number, segments = 48, centre: readonly number[] = [0, 0, 0]): Required<TestMesh> {
  const positions: number[] = []
  const normals: number[] = []
  const coordinates: number[] = []
  const indices: number[] = []
  for (let row = 0; row <= segments; row++) {
    const polar = (Math.PI * row) / segments
    for (let column = 0; column <= segments; column++) {
      const around = (2 * Math.PI * column) / segments
      const normal = [Math.sin(polar) * Math.sin(around), Math.cos(polar), Math.sin(polar) * Math.cos(around)]
      normals.push(...normal)
      positions.push(...normal.map((value, axis) => value * radius + centre[axis]!))
      coordinates.push(column / segments, row / segments)
      if (row === segments || column === segments) continue
      const a = row * (segments + 1) + column
      const b = a + segments + 1
      indices.push(a, b, a + 1, a + 1, b, b + 1)
    }
  }
  return { positions, normals, coordinates, indices, colours: positions.map(() => 1) }
}

/** A box with a face of its own for each side, without normals. */
export function box(low: readonly number[], high: readonly number[]): TestMesh {
  const corner = (x: number, y: number, z: number) => [x, y, z].map((side, axis) => (side ? high : low)[axis]!)
  const faces = [
    [corner(0, 0, 1), corner(1, 0, 1), corner(1, 1, 1), corner(0, 1, 1)],
    [corner(1, 0, 0), corner(0, 0, 0), corner(0, 1, 0), corner(1, 1, 0)],
    [corner(1, 0, 1), corner(1, 0, 0), corner(1, 1, 0), corner(1, 1, 1)],
    [corner(0, 0, 0), corner(0, 0, 1), corner(0, 1, 1), corner(0, 1, 0)],
    [corner(0, 1, 1), corner(1, 1, 1), corner(1, 1, 0), corner(0, 1, 0)],
    [corner(0, 0, 0), corner(1, 0, 0), corner(1, 0, 1), corner(0, 0, 1)],
  ]
  const indices = faces.flatMap((_, face) => [0, 1, 2, 0, 2, 3].map((k) => face * 4 + k))
  return { positions: faces.flat(2), indices }
}

/** Several meshes as one, each in its own colour. */
export function merged(parts: readonly { mesh: TestMesh; colour: readonly [number, number, number] }[]): TestMesh {
  const positions: number[] = []
  const indices: number[] = []
  const colours: number[] = []
  for (const { mesh, colour } of parts) {
    const first = positions.length / 3
    positions.push(...mesh.positions)
    indices.push(...mesh.indices.map((index) => index + first))
    for (let i = 0; i < mesh.positions.length; i += 3) colours.push(...colour)
  }
  return { positions, indices, colours }
}

/** Nothing about it is symmetric: a grey trunk, a red arm along +X, a green nose along +Z, a blue hat on top. */
export function signpost(scale = 1): TestMesh {
  const at = (values: readonly number[]) => values.map((value) => value * scale)
  const part = (low: number[], high: number[], colour: readonly [number, number, number]) => ({
    mesh: box(at(low), at(high)),
    colour,
  })
  return merged([
    part([-0.1, -0.5, -0.1], [0.1, 0.3, 0.1], [0.5, 0.5, 0.5]),
    part([0.1, 0, -0.06], [0.5, 0.12, 0.06], [0.9, 0.05, 0.05]),
    part([-0.06, -0.3, 0.1], [0.06, -0.18, 0.4], [0.05, 0.8, 0.05]),
    part([-0.25, 0.3, -0.25], [0.25, 0.45, 0.25], [0.05, 0.1, 0.9]),
  ])
}

/** The surface of the same signpost as splats. */
export function signpostSplats(spacing = 0.02): TestSplat[] {
  const splats: TestSplat[] = []
  const fill = (low: number[], high: number[], colour: readonly [number, number, number]) => {
    for (let axis = 0; axis < 3; axis++) {
      const [u, v] = [(axis + 1) % 3, (axis + 2) % 3] as [number, number]
      for (const side of [low[axis]!, high[axis]!]) {
        for (let s = low[u]! + spacing / 2; s < high[u]!; s += spacing) {
          for (let t = low[v]! + spacing / 2; t < high[v]!; t += spacing) {
            const at = [0, 0, 0] as [number, number, number]
            at[axis] = side
            at[u] = s
            at[v] = t
            const scale = [0.6, 0.6, 0.6].map((k, i) => (i === axis ? 0.1 : k) * spacing) as [number, number, number]
            splats.push({ at, scale, colour })
          }
        }
      }
    }
  }
  fill([-0.1, -0.5, -0.1], [0.1, 0.3, 0.1], [0.6, 0.6, 0.6])
  fill([0.1, 0, -0.06], [0.5, 0.12, 0.06], [0.9, 0.1, 0.1])
  fill([-0.06, -0.3, 0.1], [0.06, -0.18, 0.4], [0.1, 0.8, 0.1])
  fill([-0.25, 0.3, -0.25], [0.25, 0.45, 0.25], [0.1, 0.2, 0.9])
  return splats
}
