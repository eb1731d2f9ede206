// Enables every workflow of the repository that no person has disabled, so that GitHub goes on starting its schedules.
const { GITHUB_API_URL: api, GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = process.env
const ALIVE = ['active', 'disabled_inactivity']
const TIMEOUT_MS = 30_000
const PER_PAGE = 100
const say = (line) => process.stdout.write(`${line}\n`)

async function ask(method, path) {
  const response = await fetch(`${api}/repos/${repository}/actions/workflows${path}`, {
    method,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status}`)
  return response.status === 204 ? undefined : response.json()
}

const workflows = []
for (let page = 1; ; page++) {
  const { workflows: some } = await ask('GET', `?per_page=${PER_PAGE}&page=${page}`)
  workflows.push(...some)
  if (some.length < PER_PAGE) break
}
for (const { id, path, state } of workflows) {
  if (!ALIVE.includes(state)) say(`left as it is (${state}): ${path}`)
  else {
    await ask('PUT', `/${id}/enable`)
    say(`enabled: ${path}`)
  }
}
