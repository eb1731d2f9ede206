/** A small competition in a folder, and what `doctor` says of it. */
import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { type DoctorReport, doctorReportSchema } from '../../src/doctor/report.ts'
import { SystemClock } from '../../src/engine/system-clock.ts'
import { BareRepo } from '../../src/repo/bare-repo.ts'
import { type Config, files } from '../../src/state/index.ts'
import { roundkeeper, roundkeeperWith } from '../support/in-process-cli.ts'

const template = fileURLToPath(new URL('../../state-template/config.json', import.meta.url))

const PROMPTS = 64

/** @returns its folder; a throne that luck does not win, and that is not out of reach */
export async function smallCompetition(root: string, ...options: string[]): Promise<string> {
  const dir = join(root, 'competition')
  const pool = Array.from({ length: PROMPTS }, (_, i) => `https://prompts.test/p${i}.png\n`)
  await writeFile(join(root, 'prompts.txt'), pool.join(''))
  const config = files.config.parse(await readFile(template, 'utf8'), 'config.json')
  const small: Config = {
    ...config,
    name: 'tiny',
    prompts_per_round: PROMPTS,
    win_margin: 0.2,
    settings: { ...config.settings, preview_size: 64 },
  }
  await writeFile(join(root, 'config.json'), files.config.serialise(small))
  const given = ['--prompts', join(root, 'prompts.txt'), '--config', join(root, 'config.json'), ...options]
  expect(await roundkeeper('init', dir, ...given)).toMatchObject({ code: 0 })
  return dir
}

/** Another one, with other settings; what is undefined is left out. */
export async function variant(of: string, name: string, settings: object = {}): Promise<string> {
  const dir = join(of, '..', name)
  await cp(of, dir, { recursive: true })
  const path = join(dir, 'roundkeeper.json')
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...settings }))
  return dir
}

/** Writes files over those of the competition, as somebody who ignores all rules. */
export async function commit(dir: string, changed: Readonly<Record<string, string | null>>): Promise<void> {
  const repo = await BareRepo.open(join(dir, 'state.git'), { branch: 'main' })
  const by = { name: 'P', email: 'p@x.test', at: new SystemClock().now() }
  await repo.commit(
    await repo.head(),
    { files: new Map(Object.entries(changed)), message: 'by hand', trailers: {} },
    by,
  )
}

type Checked = DoctorReport['checks'][number]

/** By id. The exit code and the form of the report are looked at as well. */
export async function doctor(
  dir: string,
  only: string,
  env: Record<string, string> = {},
  ...more: string[]
): Promise<Readonly<Record<string, Checked>>> {
  const run = await roundkeeperWith({ env }, 'doctor', '--dir', dir, '--only', only, '--json', ...more)
  const report = doctorReportSchema.parse(JSON.parse(run.stdout))
  expect(run).toMatchObject({ code: report.ok ? 0 : 1, stderr: '' })
  for (const { outcome, how_to_fix } of report.checks)
    expect(how_to_fix !== null).toBe(outcome === 'warn' || outcome === 'fail')
  return Object.fromEntries(report.checks.map((each) => [each.id, each]))
}
