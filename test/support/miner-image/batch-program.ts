// That image as a process: node batch-program.ts BEHAVIOUR --q 5 [--at N], with PORT in its environment.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { batchImage } from './batch-image.ts'
import { type BatchBehaviour, batchBehaviours } from './behaviours.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    q: { type: 'string', default: '1' },
    at: { type: 'string', default: '17' },
    who: { type: 'string', default: '' },
  },
})
const behaviour = positionals[0] as BatchBehaviour
if (!batchBehaviours.includes(behaviour)) throw new Error(`no behaviour ${behaviour}`)
const CRASHED = 'crashed'
const isOver = behaviour === 'crashes-once' && existsSync(CRASHED)

batchImage({
  ...{ behaviour: isOver ? 'honest' : behaviour, q: Number(values.q), who: values.who, at: Number(values.at) },
  known: readFileSync('known.txt', 'utf8').split('\n'),
  crash() {
    writeFileSync(CRASHED, '')
    process.exit(1)
  },
}).listen(Number(process.env.PORT), '127.0.0.1')
