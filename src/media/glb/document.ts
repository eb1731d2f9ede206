// The container of a GLB 2.0 file: one JSON chunk and one binary chunk, nothing outside it.
import { FileFault } from '../file-fault.ts'
import {
  MAX_GLB_EXTENSIONS,
  MAX_GLB_IMAGES,
  MAX_GLB_ITEMS,
  MAX_GLB_JSON_BYTES,
  MAX_GLB_MATERIALS,
  MAX_GLB_NODES,
} from '../limits.ts'
import { type Json, list, object, whole } from './json.ts'

/** The lists of a document, by their names in glTF; their entries are still unchecked. */
export interface GlbDocument {
  readonly binary: Uint8Array
  readonly root: Json
  readonly accessors: readonly unknown[]
  readonly bufferViews: readonly unknown[]
  readonly images: readonly unknown[]
  readonly materials: readonly unknown[]
  readonly meshes: readonly unknown[]
  readonly nodes: readonly unknown[]
  readonly samplers: readonly unknown[]
  readonly textures: readonly unknown[]
}

const MAGIC = 0x46546c67
const JSON_CHUNK = 0x4e4f534a
const BINARY_CHUNK = 0x004e4942
/** What a file may insist on. Whatever it merely uses may be left out, as glTF has it. */
const EXTENSIONS: readonly unknown[] = [
  ...['KHR_mesh_quantization', 'KHR_texture_transform', 'KHR_materials_unlit', 'KHR_materials_emissive_strength'],
  'EXT_texture_webp',
]
/** Refused even where there is a fallback: which of the two a viewer shows would be up to the viewer. */
const COMPRESSIONS: readonly unknown[] = [
  'KHR_draco_mesh_compression',
  'EXT_meshopt_compression',
  'KHR_meshopt_compression',
]

/** @throws FileFault */
export function openGlb(bytes: Uint8Array): GlbDocument {
  const { json, binary } = chunks(bytes)
  const root = object(parseJson(json), 'the document')
  refuseExtensions(root)
  const buffers = list(root.buffers, 'buffers', 1)
  const images = list(root.images, 'images', MAX_GLB_IMAGES)
  for (const item of [...buffers, ...images]) {
    if (object(item, 'a buffer or an image').uri !== undefined) {
      throw new FileFault('unsupported', 'it refers to a URI; everything has to be inside the file')
    }
  }
  const size = buffers.length > 0 ? whole(object(buffers[0], 'buffers[0]').byteLength, 'buffers[0].byteLength') : 0
  if (size > binary.length) throw new FileFault('truncated', 'the binary chunk is shorter than its buffer')
  return {
    binary: binary.subarray(0, size),
    root,
    images,
    accessors: list(root.accessors, 'accessors', MAX_GLB_ITEMS),
    bufferViews: list(root.bufferViews, 'bufferViews', MAX_GLB_ITEMS),
    materials: list(root.materials, 'materials', MAX_GLB_MATERIALS),
    meshes: list(root.meshes, 'meshes', MAX_GLB_ITEMS),
    nodes: list(root.nodes, 'nodes', MAX_GLB_NODES),
    samplers: list(root.samplers, 'samplers', MAX_GLB_ITEMS),
    textures: list(root.textures, 'textures', MAX_GLB_ITEMS),
  }
}

function refuseExtensions(root: Json): void {
  const required = list(root.extensionsRequired, 'extensionsRequired', MAX_GLB_EXTENSIONS)
  for (const name of [...list(root.extensionsUsed, 'extensionsUsed', MAX_GLB_EXTENSIONS), ...required]) {
    if (COMPRESSIONS.includes(name)) throw new FileFault('compressed', `its geometry is compressed by ${name}`)
  }
  const unknown = required.find((name) => !EXTENSIONS.includes(name))
  if (unknown === undefined) return
  throw new FileFault('extension', `it requires the extension ${String(JSON.stringify(unknown)).slice(0, 60)}`)
}

function chunks(bytes: Uint8Array): { json: Uint8Array; binary: Uint8Array } {
  if (bytes.length < 20) throw new FileFault('truncated', 'it is too short for a GLB file')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.getUint32(0, true) !== MAGIC) throw new FileFault('format', 'it does not begin like a GLB file')
  if (view.getUint32(4, true) !== 2) throw new FileFault('unsupported', 'it is not GLB version 2')
  const length = view.getUint32(8, true)
  if (length > bytes.length) throw new FileFault('truncated', `it says ${length} bytes and has ${bytes.length}`)
  const chunk = (at: number, type: number): Uint8Array => {
    if (at + 8 > length) throw new FileFault('truncated', 'a chunk is cut off')
    if (view.getUint32(at + 4, true) !== type) throw new FileFault('format', 'the chunks are not JSON and then BIN')
    const size = view.getUint32(at, true)
    if (at + 8 + size > length) throw new FileFault('truncated', 'a chunk is cut off')
    return bytes.subarray(at + 8, at + 8 + size)
  }
  const json = chunk(12, JSON_CHUNK)
  if (json.length > MAX_GLB_JSON_BYTES) throw new FileFault('limit', 'the JSON chunk is too large')
  const next = 20 + json.length
  return { json, binary: next < length ? chunk(next, BINARY_CHUNK) : new Uint8Array() }
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new FileFault('format', 'the JSON chunk is not JSON')
  }
}
