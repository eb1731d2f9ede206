/** In which order files are tested: those first that would keep one core busy at the end, while the others have nothing to do. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Of twenty seconds or more, the slowest first. A fresh checkout has no times of its own. */
const SLOWEST = [
  'package',
  'tamper/tamper',
  'e2e/kill',
  'repo/history',
  'cli/demo',
  'repo/crashes',
  'repo/races',
  'repo/remote-repo',
  'e2e/mine-in-five-minutes',
  'simulation/week',
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
