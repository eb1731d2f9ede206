/** Rules of hadolint, by their names there, over what dockerfile-ast reads; what would not even build, dockerfile-utils says. */
import { type Dockerfile, DockerfileParser, type Instruction, ModifiableInstruction } from 'dockerfile-ast'
import { validate } from 'dockerfile-utils'

interface Stage {
  readonly image: string
  readonly name: string | undefined
  readonly index: number
  readonly lines: readonly Instruction[]
}

const isCalled = (keyword: string) => (line: Instruction) => line.getKeyword() === keyword
const rest = (line: Instruction) => line.getRawArgumentsContent() ?? ''
const words = (line: Instruction) => line.getArguments().map((argument) => argument.getValue())
const flagsOf = (line: Instruction) =>
  line instanceof ModifiableInstruction ? line.getFlags().map((flag) => `--${flag.getName()}=${flag.getValue()}`) : []
const plain = (line: Instruction) => words(line).filter((word) => !word.startsWith('--'))
const isJson = (text: string) => {
  try {
    return Array.isArray(JSON.parse(text.trim()))
  } catch {
    return false
  }
}

function stagesOf(file: Dockerfile): Stage[] {
  const stages: { image: string; name: string | undefined; index: number; lines: Instruction[] }[] = []
  for (const line of file.getInstructions()) {
    if (line.getKeyword() === 'FROM') {
      const [image = '', , name] = plain(line)
      stages.push({ image, name, index: stages.length, lines: [] })
    } else stages.at(-1)?.lines.push(line)
  }
  return stages
}

/** @returns e.g. `DL3007 node:latest` */
export function lintDockerfile(text: string): string[] {
  const found = validate(text).map(({ message }) => `syntax ${message}`)
  const file = DockerfileParser.parse(text)
  const all = file.getInstructions()
  const stages = stagesOf(file)
  const report = (rule: string, what: string) => void found.push(`${rule} ${what}`)
  const args = new Map(all.filter(isCalled('ARG')).map((line) => rest(line).split('=') as [string, string]))
  const resolved = (image: string) => image.replace(/\$\{?(\w+)\}?/g, (_, name: string) => args.get(name) ?? '')

  if (all[0] !== undefined && !['FROM', 'ARG'].includes(all[0].getKeyword())) report('DL3061', all[0].getKeyword())
  if (/hadolint\s+ignore/.test(text)) report('DL1001', 'an ignored rule')
  const names = stages.flatMap(({ name }) => name ?? [])
  for (const name of new Set(names)) if (names.filter((each) => each === name).length > 1) report('DL3024', name)

  for (const { image, name, index, lines } of stages) {
    const own = resolved(image)
    const earlier = stages.slice(0, index)
    if (!earlier.some((each) => each.name === image)) {
      const tag = /:([^/@]+)(@sha256:[0-9a-f]{64})?$/.exec(own)?.[1]
      if (tag === undefined && !own.includes('@')) report('DL3006', own)
      if (tag === 'latest') report('DL3007', own)
    }
    for (const keyword of ['CMD', 'ENTRYPOINT', 'HEALTHCHECK']) {
      const rule = { CMD: 'DL4003', ENTRYPOINT: 'DL4004', HEALTHCHECK: 'DL3012' }[keyword] as string
      if (lines.filter(isCalled(keyword)).length > 1) report(rule, `${keyword} twice`)
    }
    for (const line of lines) lintLine(line, { report, earlier, name, lines })
  }
  for (const line of all)
    if (isCalled('FROM')(line) && flagsOf(line).some((flag) => flag.startsWith('--platform=')))
      report('DL3029', rest(line))
  const users = effective(stages, 'USER')
  const last = stages.at(-1)
  if (last !== undefined && /^(|root|0)(:|$)/.test(users.get(last) ?? '')) report('DL3002', 'the last user is root')
  return found
}

/** What an instruction says at the end of each stage, from whatever stage it is inherited. */
function effective(stages: readonly Stage[], keyword: string): Map<Stage, string> {
  const values = new Map<Stage, string>()
  for (const stage of stages) {
    const base = stages.find(({ name }) => name === stage.image)
    const own = stage.lines.filter(isCalled(keyword)).at(-1)
    values.set(stage, own === undefined ? ((base && values.get(base)) ?? '') : rest(own))
  }
  return values
}

interface Around {
  readonly report: (rule: string, what: string) => void
  readonly earlier: readonly Stage[]
  readonly name: string | undefined
  readonly lines: readonly Instruction[]
}

function lintLine(line: Instruction, { report, earlier, name, lines }: Around): void {
  const keyword = line.getKeyword()
  const text = rest(line)
  if (keyword === 'MAINTAINER') report('DL4000', text)
  if (keyword === 'ADD' && !/^(https?|git):/.test(text) && !/\.(tar|tgz|gz|xz|bz2)\b/.test(text)) report('DL3020', text)
  if (keyword === 'WORKDIR' && !/^["']?(\/|\$)/.test(text)) report('DL3000', text)
  if ((keyword === 'CMD' || keyword === 'ENTRYPOINT') && !isJson(text)) report('DL3025', text)
  if (keyword === 'EXPOSE')
    for (const port of plain(line)) if (!(Number.parseInt(port, 10) < 65_536)) report('DL3011', port)
  if (keyword === 'COPY') {
    const [target = ''] = plain(line).slice(-1)
    if (plain(line).length > 2 && !target.endsWith('/')) report('DL3021', text)
    const from = flagsOf(line)
      .find((flag) => flag.startsWith('--from='))
      ?.slice('--from='.length)
    if (from !== undefined && from === name) report('DL3023', from)
    else if (from !== undefined && !earlier.some((stage) => stage.name === from) && !from.includes(':'))
      report('DL3022', from)
    const before = lines.slice(0, lines.indexOf(line))
    if (!target.startsWith('/') && !before.some(isCalled('WORKDIR'))) report('DL3045', text)
  }
  if (keyword === 'RUN') lintRun(text, report)
  if (keyword === 'RUN' && lines[lines.indexOf(line) - 1]?.getKeyword() === 'RUN') report('DL3059', text)
  if (keyword === 'LABEL') {
    for (const [key, value] of labelsOf(text)) {
      if (!/^[a-z][a-z0-9.-]*[a-z0-9]$/.test(key) || /\.\.|--/.test(key)) report('DL3048', key)
      if (value === '') report('DL3051', key)
      if (key.endsWith('.version') && !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(value)) report('DL3056', value)
    }
  }
}

export const labelsOf = (text: string): [string, string][] =>
  [...text.matchAll(/([\w.-]+)=(?:"([^"]*)"|(\S+))/g)].map(([, key = '', quoted, bare = '']) => [key, quoted ?? bare])

function lintRun(text: string, report: Around['report']): void {
  for (const [rule, pattern] of RUN_RULES) if (pattern.test(text)) report(rule, text)
}

const RUN_RULES: readonly (readonly [string, RegExp])[] = [
  ['DL3003', /(^|&&|;)\s*cd\s/],
  ['DL3004', /\bsudo\b/],
  ['DL3001', /(^|&&|;)\s*(ssh|vim|shutdown|service|ps|free|top|kill|mount)\b/],
  ['DL3008', /\bapt-get\s+(?:\S+\s+)*?install\s+(?:-\S+\s+)*[a-z0-9.+-]+(?=\s|$)(?!=)/],
  ['DL3009', /\bapt-get\s+(?:-\S+\s+)*update\b(?!.*rm -rf \/var\/lib\/apt\/lists)/s],
  ['DL3013', /\bpip3? install\s+(?:-\S+\s+)*[a-z][\w-]*(?=\s|$)/],
  ['DL3016', /\bnpm (?:install|i|add)\s+(?:-\S+\s+)*[a-z@][\w/-]*(?=\s|$)/],
  ['DL3018', /\bapk add\s+(?:-\S+\s+)*[a-z][\w-]*(?=\s|$)/],
  ['DL3027', /(^|&&|;)\s*apt\s/],
  ['DL3047', /\bwget\b(?!.*(--progress|-q))/],
  ['DL4006', /[^|]\|[^|]/],
]
