/** Where a file contradicts itself or its own name: who it is about is said twice, and must be said equally. */
import type { MatchReport } from '../../state/duels.ts'
import { files } from '../../state/files.ts'
import type { Located } from '../../state/locate.ts'
import type { Submissions } from '../../state/submissions.ts'
import { LEADER } from '../../state/winner.ts'
import type { FileProblem } from './inspect-file.ts'
import { listed, shown, who } from './words.ts'

export function contradictions({ file, args }: Located, value: unknown): FileProblem[] {
  return sentences(file, args, value).map((message) => ({ code: 'file/contradiction', message }))
}

function sentences(file: Located['file'], args: Located['args'], value: unknown): string[] {
  switch (file) {
    case files.generationAudits:
      return named(value as Record<string, { hotkey: string }>, ({ hotkey }) => hotkey, 'hotkey')
    case files.podStats:
      return named(value as Record<string, { pod_id: string }>, ({ pod_id }) => pod_id, 'pod')
    case files.requireAudit:
    case files.sourceAudit:
      return twice((value as { hotkey: string }[]).map(({ hotkey }) => hotkey))
    case files.duels:
    case files.judgeChecks:
      return ofMatch(value as MatchReport, args)
    case files.confirmation:
      return ofConfirmation(value as MatchReport, args)
    case files.submissions:
      return ofRound(value as Submissions, Number(args[0]))
    default:
      return []
  }
}

function named<T>(map: Readonly<Record<string, T>>, nameOf: (value: T) => string, noun: string): string[] {
  const wrong = Object.entries(map).filter(([key, value]) => nameOf(value) !== key)
  return wrong.map(([key, value]) => `what stands under ${noun} ${who(key)} calls itself ${who(nameOf(value))}`)
}

function twice(hotkeys: readonly string[]): string[] {
  const seen = new Set<string>()
  const again = new Set(hotkeys.filter((hotkey) => seen.size === seen.add(hotkey).size))
  return again.size === 0 ? [] : [`${listed([...again].map(who))} is there more than once`]
}

function ofMatch({ left, right }: MatchReport, [, leftName, rightName]: Located['args']): string[] {
  const sentences: string[] = []
  if (right !== rightName) sentences.push(`it lies with ${who(String(rightName))} but is about ${who(right)}`)
  if (!left.startsWith(String(leftName)) || (left !== leftName && String(leftName).length < 10))
    sentences.push(`its name says ${who(String(leftName))} but the defender in it is ${who(left)}`)
  return sentences
}

function ofConfirmation({ left, right }: MatchReport, [, name]: Located['args']): string[] {
  if (left !== LEADER) return [`it is about ${who(left)}, and only the leader is met before the second judge`]
  return right === name ? [] : [`it lies with ${who(String(name))} but is about ${who(right)}`]
}

function ofRound(submissions: Submissions, round: number): string[] {
  const wrong = Object.entries(submissions).filter(([, { round: id }]) => !id.endsWith(`-${round}`))
  return wrong.slice(0, 1).map(([hotkey, { round: id }]) => `the entry of ${who(hotkey)} is for ${shown(id)}`)
}
