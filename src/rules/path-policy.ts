/** Who may write what: `policy/paths.json`, asked. */
import picomatch from 'picomatch'
import type { PathPolicy } from '../state/path-policy.ts'

/** `*` stays inside a name, `**` does not, and a dot in front hides nothing; nothing else has a meaning. */
const OPTIONS: picomatch.PicomatchOptions = {
  dot: true,
  windows: false,
  nonegate: true,
  nobrace: true,
  nobracket: true,
  noextglob: true,
}

export class WritePermissions {
  readonly #identities: readonly { principal: string; may(path: string): boolean }[]

  constructor({ identities }: PathPolicy) {
    this.#identities = identities.map(({ principal, may_write, except = [] }) => {
      const [allowed, excepted] = [may_write, except].map((globs) => picomatch(globs, OPTIONS))
      return { principal, may: (path) => allowed?.(path) === true && excepted?.(path) !== true }
    })
  }

  /** @param is whether the signer signs for a principal: for any of those that it does, the path has to be allowed */
  allow(is: (principal: string) => boolean, path: string): boolean {
    return this.#identities.some(({ principal, may }) => is(principal) && may(path))
  }
}

/** What the engine has to write and the operator may; nothing else is allowed to either. */
export function defaultPathPolicy(engine: string, operator: string): PathPolicy {
  return {
    identities: [
      {
        principal: engine,
        may_write: ['state.json', 'leader.json', 'rounds/**'],
        except: ['rounds/*/source_audit.json', 'rounds/*/attempts/**'],
      },
      {
        principal: operator,
        // At the root: config.json, prompts.txt, README.md and the like.
        may_write: ['*', '.github/**', 'docs/**', 'policy/**', 'interventions/**', 'rounds/*/source_audit.json'],
        except: ['leader.json'],
      },
    ],
  }
}
