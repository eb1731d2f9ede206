// Which primitives a scene shows, and where: walks the nodes after making sure that they are trees.
import { FileFault } from '../file-fault.ts'
import { MAX_GLB_DEPTH, MAX_GLB_INSTANCES, MAX_GLB_NODES, MAX_GLB_SCENES } from '../limits.ts'
import type { GlbDocument } from './document.ts'
import { entry, type Json, list, object, whole } from './json.ts'
import { compose, IDENTITY, nodeTransform, type Transform } from './transform.ts'

/** One primitive in one place. */
export interface Instance {
  readonly primitive: Json
  readonly transform: Transform
  /** Its place in the document, for messages. */
  readonly where: string
}

/** @throws FileFault */
export function instancesOf(document: GlbDocument): Instance[] {
  const scenes = list(document.root.scenes, 'scenes', MAX_GLB_SCENES)
  const scene = entry(scenes, document.root.scene ?? 0, 'the scene')
  const children = childLists(document)
  const parents = parentsOf(children)
  refuseCycles(parents)

  const instances: Instance[] = []
  const stack = list(scene.nodes, 'scene.nodes', MAX_GLB_NODES).map((node) => {
    const index = whole(node, 'scene.nodes')
    if (parents[index] === undefined) throw new FileFault('reference', `the scene has no node ${index}`)
    if (parents[index] !== -1) throw new FileFault('cycle', `node ${index} is a root and a child`)
    parents[index] = index
    return { index, outer: IDENTITY, depth: 1 }
  })
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (item.depth > MAX_GLB_DEPTH) throw new FileFault('limit', `nodes are nested deeper than ${MAX_GLB_DEPTH}`)
    const where = `nodes[${item.index}]`
    const node = object(document.nodes[item.index], where)
    const transform = compose(item.outer, nodeTransform(node, where))
    if (node.skin !== undefined) throw new FileFault('unsupported', `${where} is moved by a skeleton`)
    refuseMorphs(node.weights, where)
    if (node.mesh !== undefined) instances.push(...meshInstances(document, node.mesh, transform, instances.length))
    for (const index of children[item.index]!) stack.push({ index, outer: transform, depth: item.depth + 1 })
  }
  return instances
}

function childLists(document: GlbDocument): number[][] {
  return document.nodes.map((node, index) =>
    list(object(node, `nodes[${index}]`).children, `nodes[${index}].children`, MAX_GLB_NODES).map((child) =>
      whole(child, `nodes[${index}].children`),
    ),
  )
}

/** The parent of each node, -1 where there is none. */
function parentsOf(children: readonly (readonly number[])[]): number[] {
  const parents = children.map(() => -1)
  for (const [parent, list] of children.entries()) {
    for (const child of list) {
      if (parents[child] === undefined) throw new FileFault('reference', `node ${parent} has no child ${child}`)
      if (parents[child] !== -1) throw new FileFault('cycle', `node ${child} has two parents`)
      parents[child] = parent
    }
  }
  return parents
}

/** With one parent each, nodes are trees unless somebody is his own ancestor. */
function refuseCycles(parents: readonly number[]): void {
  const settled = new Uint32Array(parents.length)
  for (const start of parents.keys()) {
    for (let node = start; node !== -1 && settled[node] !== start + 1; node = parents[node]!) {
      if (settled[node] !== 0) break
      settled[node] = start + 1
      if (parents[node] !== -1 && settled[parents[node]!] === start + 1) {
        throw new FileFault('cycle', `node ${node} is its own ancestor`)
      }
    }
  }
}

function meshInstances(document: GlbDocument, mesh: unknown, transform: Transform, already: number): Instance[] {
  const where = `meshes[${whole(mesh, 'node.mesh')}]`
  const { primitives, weights } = entry(document.meshes, mesh, where)
  refuseMorphs(weights, where)
  return list(primitives, `${where}.primitives`, MAX_GLB_INSTANCES - already).map((primitive, index) => ({
    primitive: object(primitive, `${where}.primitives[${index}]`),
    transform,
    where: `${where}.primitives[${index}]`,
  }))
}

/** Morph targets without weight change nothing. */
function refuseMorphs(weights: unknown, where: string): void {
  if (list(weights, `${where}.weights`, MAX_GLB_NODES).every((weight) => weight === 0)) return
  throw new FileFault('unsupported', `${where} is changed by morph targets`)
}
