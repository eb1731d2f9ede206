/**
 * @polkadot/api writes to the console what it also throws, and warns of what is as it should be. While it works, lines of
 * its form (a time, then `API/INIT:` or the like) are dropped; everybody else's go on as they are.
 */
const METHODS = ['log', 'warn', 'error'] as const
const isTime = (value: unknown) => typeof value === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value)
const isTopic = (value: unknown) => typeof value === 'string' && /^\s*[A-Z][A-Z0-9/_-]*:$/.test(value)

const { console: terminal } = globalThis
let working = 0
let restore = () => {}

export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  if (working++ === 0) restore = mute()
  try {
    return await work()
  } finally {
    if (--working === 0) restore()
  }
}

function mute(): () => void {
  const originals = METHODS.map((name) => {
    const original = terminal[name]
    terminal[name] = (...values: unknown[]) => {
      if (!(isTime(values[0]) && isTopic(values[1]))) original.apply(terminal, values)
    }
    return { name, original, ours: terminal[name] }
  })
  return () => {
    // Whoever has put something of their own there meanwhile keeps it.
    for (const { name, original, ours } of originals) if (terminal[name] === ours) terminal[name] = original
  }
}
