/** Which paths of a repository the competition is made of: a trick there could hide or confuse what is on record. */
const ROOT_FILES = new Set(['state.json', 'config.json', 'leader.json', 'prompts.txt'])
const FOLDERS = new Set(['rounds', 'interventions', 'policy'])

/** Names that only look like one of ours count too. */
export function isInStateArea(path: string, fold: (name: string) => string = (name) => name): boolean {
  const [first = '', ...rest] = path.split('/').map(fold)
  return rest.length === 0 ? ROOT_FILES.has(first) || FOLDERS.has(first) : FOLDERS.has(first)
}
