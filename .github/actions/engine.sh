#!/usr/bin/env bash
# Sourced by the scripts of the actions: how they call the engine that they were checked out with.

# One stream, so that what belongs together reaches the runner in its order.
exec 2>&1

# What is printed quotes strangers, who must not speak to the runner: it takes no commands until the token comes.
quietly() {
  local token code
  token=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  if [ "${#token}" != 32 ]; then return 2; fi
  echo "::stop-commands::$token" >&2
  "$@"
  code=$?
  echo "::$token::" >&2
  return "$code"
}

roundkeeper() { quietly node "$GITHUB_ACTION_PATH/../../../src/cli/main.ts" "$@"; }

# Where the competition's folder is: on the runner already, or made for this job of what a variable has as roundkeeper.json.
competition_folder() {
  if [ -n "${DIR:-}" ]; then return; fi
  if [ -z "${SETTINGS:-}" ]; then
    echo '::error title=Roundkeeper::Neither a folder nor the text of roundkeeper.json was given.'
    exit 2
  fi
  DIR="$RUNNER_TEMP/competition"
  mkdir -p "$DIR" || exit 2
  printf '%s\n' "$SETTINGS" >"$DIR/roundkeeper.json" || exit 2
}

run_address() { printf '%s' "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"; }
