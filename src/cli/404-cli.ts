#!/usr/bin/env node
// The name by which 404-GEN's miners know their tool: scripts written for that run unchanged.
const { start } = await import('./start.ts')
await start(() => import('./404-program.ts'))
