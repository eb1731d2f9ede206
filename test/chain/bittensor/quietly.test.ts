import { describe, expect, it, vi } from 'vitest'
import { quietly } from '../../../src/chain/bittensor/quietly.ts'

const LINE = ['2026-01-02 03:04:05', '       API/INIT:', 'Unknown signed extensions'] as const

describe('a library that talks too much', () => {
  it('is not heard while it works, everybody else is, and all of them afterwards', async () => {
    const heard: unknown[][] = []
    const warn = vi.spyOn(console, 'warn').mockImplementation((...values) => void heard.push(values))
    const original = console.warn
    await Promise.all([
      quietly(async () => console.warn(...LINE)),
      quietly(async () => {
        await Promise.resolve()
        console.warn(...LINE)
        console.warn('something else')
        console.warn('2026-01-02 03:04:05', 'a message of ours')
      }),
    ])
    expect(heard).toEqual([['something else'], ['2026-01-02 03:04:05', 'a message of ours']])
    expect(console.warn).toBe(original)
    console.warn(...LINE)
    expect(heard).toHaveLength(3)
    warn.mockRestore()
  })

  it('may fail', async () => {
    const original = console.error
    await expect(quietly(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(console.error).toBe(original)
  })
})
