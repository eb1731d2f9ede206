/** One cold start with the adapter: `node adapter.ts head|subnet URL NETUID`. Prints what it read. */
import { enableCompileCache } from 'node:module'
import { summary } from './summary.ts'

// As the command line does it.
enableCompileCache()
const { openBittensor } = await import('../../src/chain/bittensor/open.ts')

const [what, endpoint = '', netuid] = process.argv.slice(2)
await using chain = await openBittensor({ endpoint })
if (what === 'head') console.log(summary(await chain.head()))
else {
  const { neurons, block } = await chain.metagraph(Number(netuid))
  console.log(summary({ neurons, commitments: await chain.commitments(Number(netuid), block.number) }))
}
