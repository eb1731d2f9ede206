/** What can be wrong with the results of a batch. Texts begin with the code, and go on record. */

export type ArchiveCode =
  /** There is more of it than is taken. */
  | 'archive-too-large'
  /** It is no ZIP archive, or ends too early. */
  | 'archive-damaged'
  /** Bytes that belong to nothing, two tables, files that share bytes: programs would see different things in it. */
  | 'archive-ambiguous'
  /** Zip64, or more than one volume. */
  | 'archive-unsupported'
  /** More files than prompts. */
  | 'archive-too-many'
  /** A file that nobody asked for. */
  | 'archive-unexpected'
  /** Two files for one prompt. */
  | 'archive-repeated'
  /** `_failed.json` is none. */
  | 'archive-manifest'

export type ModelCode =
  | 'model-too-large'
  | 'model-empty'
  /** It becomes so much longer that it is no model. */
  | 'model-ratio'
  | 'model-encrypted'
  /** Neither stored nor deflated. */
  | 'model-method'
  /** A link, or a folder. */
  | 'model-kind'
  /** Its bytes are not what its entry says. */
  | 'model-damaged'

/** Why there is no archive at all. */
export type BatchCode =
  /** It was never ready for it. */
  | 'batch-unready'
  /** It did not take it, or not all of it. */
  | 'batch-refused'
  /** What it says of its progress makes no sense. */
  | 'batch-unclear'
  /** It is complete, and its results are not handed out. */
  | 'batch-withheld'
  | 'batch-late'

/** Nothing of the batch counts. */
export class BadArchive extends Error {
  readonly code: ArchiveCode

  constructor(code: ArchiveCode, detail: string) {
    super(`${code}: ${detail}`)
    this.code = code
  }
}

/** One prompt has no model; the others may. */
export class BadModel extends Error {
  readonly code: ModelCode

  constructor(code: ModelCode, detail: string) {
    super(`${code}: ${detail}`)
    this.code = code
  }
}
