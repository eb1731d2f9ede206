import type { CompetitionView, Person, Picture, RoundView } from '../../src/gallery/views.ts'

/** A round in which every text that could come from a stranger is `text`, and every kind of thing happens once. */
export function sampleRound(text: string): RoundView {
  const person: Person = { hotkey: text, repo: text, isLeader: false }
  const leader: Person = { ...person, isLeader: true }
  const shown: Picture = { src: 'pictures/0.png', url: text }
  const missing: Picture = { url: text, missing: text }
  const duel = { name: text, prompt: shown, left: shown, right: missing, words: text }
  const match = { left: leader, right: person, margin: 1, counted: 0.5, takesOver: true, judge: text }
  return {
    number: 7,
    leader,
    winner: person,
    facts: [{ name: text, value: text, note: text }],
    entries: (['won', 'strong', 'beaten', 'rejected', 'refused', 'open'] as const).map((kind) => ({
      person,
      commit: text,
      cdnUrl: text,
      block: 1,
      delivered: 2,
      margin: -1,
      fate: { kind, text, reason: text },
    })),
    promptCount: 4,
    winMargin: 0.05,
    matches: [
      {
        ...match,
        number: 1,
        void: text,
        duels: (['left', 'right', 'draw', 'skipped'] as const).map((winner) => ({ ...duel, winner })),
      },
      {
        ...match,
        number: 2,
        void: undefined,
        duels: [
          { ...duel, prompt: missing, left: missing, winner: 'left' },
          { ...duel, prompt: { url: 'other' }, left: missing, winner: 'draw' },
        ],
      },
      { ...match, number: 3, void: undefined, duels: [] },
    ],
    beatLeader: [
      { person, rejected: true },
      { person, rejected: false },
    ],
    chain: [person, person],
    audits: (['pending', 'passed', 'rejected'] as const).map((outcome) => ({
      person,
      outcome,
      reason: text,
      checked: 4,
      mismatched: 1,
      median: 2,
      samples: [{ name: text, prompt: missing, submitted: shown, regenerated: missing, distance: 0.1 }],
    })),
    showcase: [{ name: text, prompt: shown, preview: shown }],
  }
}

export function sampleCompetition(text: string): CompetitionView {
  const person = (hotkey: string): Person => ({ hotkey, repo: text, isLeader: true })
  return {
    name: text,
    description: text,
    stage: 'duels',
    currentRound: 7,
    head: text,
    crown: [
      { block: 10, weight: 0, person: person(text), change: 'first' },
      { block: 2000, weight: 1, person: person(`${text}2`), change: 'took over' },
      { block: 3000, weight: 0.8, person: person(`${text}2`), change: 'defended' },
    ],
  }
}
