/** What a contender tells of itself. */
export interface Told {
  readonly ms: number
  readonly cpuMs: number
  readonly bytes: number
  /** The most memory that it held at any time. */
  readonly rssBytes: number
}

/** Runs `work`, and prints how it was. @param work returns how many bytes came */
export async function tell(work: () => Promise<number>): Promise<void> {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  const bytes = await work()
  const { user, system } = process.cpuUsage(cpu)
  const told: Told = {
    ms: performance.now() - began,
    cpuMs: (user + system) / 1000,
    bytes,
    rssBytes: process.resourceUsage().maxRSS * 1024,
  }
  process.stdout.write(JSON.stringify(told))
}
