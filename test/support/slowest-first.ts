/** In which order files are tested: those first that would keep one core busy at the end, while the others have nothing to do. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Of half a minute or more, the slowest first. A fresh checkout has no times of its own. */
const SLOWEST = [
  'e2e/kill',
  'repo/races',
  'cli/demo',
  'tamper/tamper',
  'e2e/tamper',
  'e2e/interventions',
  'package',
  'verify/honest',
  'repo/crashes',
]

export class SlowestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = SLOWEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
      return at < 0 ? SLOWEST.length : at
    }
    return (await super.sort(specifications)).sort((a, b) => rank(a) - rank(b))
  }
}
