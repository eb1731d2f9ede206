// What can be wrong with a model file. Inside the readers a fault is thrown; `problemOf` makes it a value at the
// edge, so that nothing a file does escapes as an exception.

export type FileFaultCode =
  | 'format' // not the kind of file that it claims to be, or malformed
  | 'truncated' // it says that there is more than there is
  | 'unsupported' // perhaps valid, but it uses what we do not draw
  | 'extension' // it insists on a glTF extension that we do not know
  | 'compressed' // its geometry is compressed (Draco, meshopt)
  | 'limit' // more of something than we let in
  | 'reference' // an index that points at nothing
  | 'cycle' // nodes that are not a tree
  | 'not_finite' // NaN or infinity where a number is needed
  | 'empty' // nothing to draw
  | 'out_of_bounds' // outside the cube that a model has to fit into
  | 'texture' // a picture in it cannot be decoded
  | 'work_budget' // drawing it would take too long

export interface FileProblem {
  readonly ok: false
  readonly fault: 'file'
  readonly code: FileFaultCode
  readonly detail: string
}

export type Reading<T> = { readonly ok: true; readonly value: T } | FileProblem

export class FileFault extends Error {
  override readonly name = 'FileFault'
  readonly code: FileFaultCode

  constructor(code: FileFaultCode, detail: string) {
    super(detail)
    this.code = code
  }
}

/** @throws whatever is not a FileFault: those are bugs of ours */
export function problemOf(error: unknown): FileProblem {
  if (error instanceof FileFault) return { ok: false, fault: 'file', code: error.code, detail: error.message }
  throw error
}
