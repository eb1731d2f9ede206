#!/usr/bin/env node
// The entry point, in syntax that old versions of Node read too: they have to hear what is wrong, not crash.
// It imports nothing that they could not load, the rest only once the version is known to do.
const OLDEST = [22, 18] as const

// Of `verify`, 1 would say that a competition is broken.
const COULD_NOT_RUN = process.argv[2] === 'verify' ? 2 : 1

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
  const needed = `Node ${OLDEST.join('.')} or newer`
  process.stderr.write(`error Roundkeeper needs ${needed}, this is ${process.versions.node}: install ${needed}\n`)
  process.exitCode = COULD_NOT_RUN
} else {
  const run = async () => {
    // Halves the time of a short command from its second run on.
    const { enableCompileCache } = await import('node:module')
    enableCompileCache()
    return (await import('./program.ts')).main()
  }
  await run().catch((error) => {
    console.error(error)
    process.exit(COULD_NOT_RUN)
  })
}
