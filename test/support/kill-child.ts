/**
 * A small demo in a process of its own that kills itself: `node kill-child.ts DIR CHAIN MODE N [JUDGE]`, where CHAIN is `clock` or
 * `dev`, and MODE `commit-before`, `commit-after` (the N-th commit of this run), `call` (before the N-th port call of this run) or `never`; JUDGE is the address of
 * a vision-language model, instead of the offline judge.
 */
import { runDemo } from '../../src/demo/demo.ts'
import { CpuRenderer } from '../../src/media/cpu-renderer.ts'
import { judgeAt } from './vlm/judge.ts'

const [dir = '', chain, mode = 'never', n = '1', judge] = process.argv.slice(2)
const at = Number(n)
let count = 0

const die = (): never => {
  process.kill(process.pid, 'SIGKILL')
  // The signal may take a moment; nothing of ours may happen in it.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

function around<T extends object>(port: T): T {
  return new Proxy(port, {
    get(target, key) {
      const member = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      return (...args: unknown[]) => {
        const counts = mode === 'call' || (mode.startsWith('commit') && key === 'commit')
        const hit = counts && ++count === at
        if (hit && mode !== 'commit-after') die()
        const result: unknown = member.apply(target, args)
        return hit && result instanceof Promise ? result.then(die) : result
      }
    },
  })
}

const result = await runDemo({
  dir,
  seed: 1,
  artifact: 'glb',
  chain: chain === 'dev' ? 'dev' : 'clock',
  scale: { rounds: 1, pool: 4, prompts: 2, carryover: 1, previewSize: 48 },
  renderer: new CpuRenderer(),
  ...(judge === undefined ? {} : { judge: judgeAt([judge]) }),
  signal: new AbortController().signal,
  onEvent: () => undefined,
  around,
})
process.stdout.write(`${result.report.status} ${result.head} ${count}\n`)
