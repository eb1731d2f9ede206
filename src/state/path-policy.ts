import { z } from 'zod'

const MAX_GLOB_LENGTH = 300
const SEGMENT = /^(?:\*\*|[\w.@~=%,:+#-]*(?:\*[\w.@~=%,:+#-]*)?)$/

/**
 * Names of plain characters with one `*` each at most, or `**`, of which there are two at most: no glob of a stranger's
 * can make whoever matches it wait.
 */
const isGlob = (text: string) =>
  text.length > 0 &&
  text.length <= MAX_GLOB_LENGTH &&
  text.split('/').every((segment) => SEGMENT.test(segment)) &&
  text.split('**').length <= 3

const glob = z.string().refine(isGlob, 'a glob such as rounds/** or rounds/*/seed.json')

/** `policy/paths.json` (ours) */
export const pathPolicySchema = z
  .looseObject({
    identities: z.array(
      z.looseObject({
        principal: z.string().describe('As in `policy/allowed_signers`.'),
        may_write: z.array(glob).describe('`*` stands for anything inside a name, `**` for any folders.'),
        except: z.array(glob).optional().describe('Of those, what it may not write after all.'),
      }),
    ),
  })
  .describe('Which signer may write which paths. What nobody is allowed is allowed to nobody.')
export type PathPolicy = z.infer<typeof pathPolicySchema>
