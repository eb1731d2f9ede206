import type { Task } from '../engine/work-pool.ts'

/** `{"download": 3, "preview": 380}` */
export function counted(tasks: readonly Pick<Task, 'kind'>[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { kind } of tasks) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

/** `3 download, 380 preview`; `nothing` */
export const describeCounts = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ') || 'nothing'
