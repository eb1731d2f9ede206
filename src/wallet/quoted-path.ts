/** A path that can be pasted into a POSIX shell. */
export const quotedPath = (path: string) =>
  /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
