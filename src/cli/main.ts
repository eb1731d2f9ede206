#!/usr/bin/env node
// Nothing is imported before `start` has looked at the version of Node.
// Of `verify`, 1 would say that a competition is broken.
const couldNotRun = process.argv[2] === 'verify' ? 2 : 1
const { start } = await import('./start.ts')
await start(() => import('./program.ts'), couldNotRun)
