/** How much work something is, on a machine that does other work too: milliseconds of this process, not of the wall clock. */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
