/** Above this nothing is read or written: the largest real file is the prompt pool, about 13 MB. */
export const MAX_STATE_FILE_BYTES = 50 * 1024 * 1024

/** Our deepest file nests five levels; the rest is room for fields of others. */
export const MAX_STATE_FILE_DEPTH = 64

/** More problems than this are counted, not listed. */
export const MAX_LISTED_PROBLEMS = 5
