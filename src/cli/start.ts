// How every entry point starts, in syntax that old versions of Node read too: they have to hear what is wrong, not crash.
// It imports nothing that they could not load, the rest only once the version is known to do.
const OLDEST = [22, 18] as const

/** @param couldNotRun the exit code for a program that never got to work */
export async function start(load: () => Promise<{ main(): Promise<void> }>, couldNotRun = 1): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    const needed = `Node ${OLDEST.join('.')} or newer`
    process.stderr.write(`error Roundkeeper needs ${needed}, this is ${process.versions.node}: install ${needed}\n`)
    process.exitCode = couldNotRun
    return
  }
  try {
    // Halves the time of a short command from its second run on.
    const { enableCompileCache } = await import('node:module')
    enableCompileCache()
    await (await load()).main()
  } catch (error) {
    const [{ inspect }, { masked }] = await Promise.all([import('node:util'), import('../mask.ts')])
    process.stderr.write(`${masked(inspect(error))}\n`)
    process.exit(couldNotRun)
  }
}
