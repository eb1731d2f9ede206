// Which kind of model a file is, by its name or by its first bytes.
import { extname } from 'node:path'
import type { ModelKind } from './renderer.ts'

/** @returns undefined for every other extension; capitals count as small letters */
export function kindByName(name: string): ModelKind | undefined {
  const extension = extname(name).toLowerCase()
  if (extension === '.glb') return 'glb'
  return extension === '.ply' ? 'ply' : undefined
}

export function kindByBytes(bytes: Uint8Array): ModelKind | undefined {
  const head = Buffer.from(bytes.subarray(0, 5)).toString('latin1')
  if (head.startsWith('glTF')) return 'glb'
  return /^ply\r?\n/.test(head) ? 'ply' : undefined
}
