/** The object store: one object under a reserved key is written, read, listed and removed again. */
import { isError } from '../../errors.ts'
import type { StoreProbe } from '../../store/probe.ts'
import { type Check, type Finding, fail, findingOf, ok, skipped, together, warn } from '../check.ts'
import type { Setup } from '../setup.ts'
import { askWeb } from '../web.ts'

const TEXT = new TextEncoder().encode('Roundkeeper was here to see whether the store works; this may be removed.\n')

export const storeCheck: Check<Setup> = {
  id: 'store',
  title: 'Object store',
  run: (setup) =>
    withObject(setup, async (probe) => {
      const read = await probe.read()
      if (read === undefined || !Buffer.from(read).equals(TEXT))
        return fail(
          `what was written cannot be read again (${probe.where})`,
          'The store has to show an object as soon as it is written: see its settings.',
        )
      return together([ok(`${setup.store.id}: written, read`), await listing(probe)])
    }),
}

export const publicStoreCheck: Check<Setup> = {
  id: 'store-public',
  title: 'Objects for anybody',
  async run(setup, signal) {
    const asked = setup.store.probe()
    const { url } = asked
    await asked[Symbol.asyncDispose]()
    if (url === undefined) return skipped('objects are served nowhere: records name them as store:/…')
    const hint = 'See `base_url` of the store in roundkeeper.json, and that whoever serves it can be reached from here.'
    return withObject(setup, async (probe) => {
      const answer = await askWeb(probe.url ?? url, { signal, hint }).catch(findingOf)
      if ('outcome' in answer) return warn(answer.detail, answer.howToFix ?? hint)
      const { status, bytes } = answer
      if (status === 200 && Buffer.from(bytes).equals(TEXT))
        return ok(`anybody can fetch them, at ${new URL(url).origin}`)
      const detail =
        status === 200
          ? 'something else is served there'
          : `they cannot be fetched without credentials (HTTP ${status})`
      return warn(
        `${detail} (${url})`,
        'Let anybody read objects below the prefix, or set `base_url` to where they are served: auditors and miners look there.',
      )
    })
  },
}

/** It is removed again, whatever comes. */
async function withObject(setup: Setup, look: (probe: StoreProbe) => Promise<Finding>): Promise<Finding> {
  await using probe = setup.store.probe()
  await probe.write(TEXT)
  const looked = await look(probe).catch(findingOf)
  const removed = await removing(probe)
  return together([looked, removed])
}

async function listing(probe: StoreProbe): Promise<Finding> {
  const advice = 'Allow s3:ListBucket: without it a missing object looks like a forbidden one.'
  try {
    return (await probe.isListed()) ? ok('listed') : warn('it is not in the list of objects', advice)
  } catch (error) {
    if (!isError(error)) throw error
    return warn(`objects cannot be listed: ${error.message}`, advice)
  }
}

async function removing(probe: StoreProbe): Promise<Finding> {
  const advice = `Remove ${probe.where} by hand; the engine itself removes nothing, so that this may stay as it is.`
  try {
    await probe.remove()
    return (await probe.read()) === undefined ? ok('removed') : warn('it is there still after it was removed', advice)
  } catch (error) {
    if (!isError(error)) throw error
    return warn(`objects cannot be removed: ${error.message}`, advice)
  }
}
