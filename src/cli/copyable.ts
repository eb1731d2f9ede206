/** How the person at the shell calls this program: by its name, or through npm in a checkout. */
export const PROGRAM = process.env.npm_lifecycle_event === undefined ? 'roundkeeper' : 'npm run -s roundkeeper --'

/** A path that can be pasted into a POSIX shell. */
export const quoted = (path: string) => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`)
