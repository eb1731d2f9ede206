#!/usr/bin/env bash
# Runs `advance` once and says on GitHub what its exit code means; fails only for an error (1) or a wrong call (2).
# Of what other jobs gathered, in folders below $GATHERED, only what `reduce` finds good gets in.
set -uo pipefail
. "$GITHUB_ACTION_PATH/../engine.sh"
competition_folder

# let_in KINDS FOLDER…: of these kinds, what is good. With the token of the workflow, which can read: what was gathered is kept
# also while the one that pushes is revoked.
reduced=0
let_in() (
  kinds=$1
  shift
  folders=()
  for folder in "$@"; do
    folder=${folder%/}
    if [ -d "$folder" ] && [ ! -L "$folder" ]; then folders+=("$folder"); fi
  done
  if [ ${#folders[@]} = 0 ]; then exit 0; fi
  if [ -n "${GITHUB_TOKEN:-}" ]; then
    export ROUNDKEEPER_GIT_TOKEN="$GITHUB_TOKEN"
    unset ROUNDKEEPER_GITHUB_APP_ID ROUNDKEEPER_GITHUB_APP_KEY
  fi
  roundkeeper reduce --dir "$DIR" --kinds "$kinds" -- "${folders[@]}"
  code=$?
  # 4: some of it is missing, which the next run gathers.
  if [ "$code" = 4 ]; then code=0; fi
  exit "$code"
)

arguments=(advance --dir "$DIR" --max-minutes "$MAX_MINUTES" --json --run "$(run_address)")
if [ "$UNTIL_IDLE" = true ]; then arguments+=(--until-idle); fi

if [ -n "${GATHERED:-}" ]; then
  arguments+=(--gathered-only)
  if [ ! -L "$GATHERED/uploads" ]; then let_in deadline,download,preview "$GATHERED/uploads"/*/ || reduced=$?; fi
  let_in regeneration,preview,distance "$GATHERED/runs" || reduced=$?
  let_in duel "$GATHERED/duels" || reduced=$?
fi

report=$(mktemp)
trap 'rm -f "$report"' EXIT
roundkeeper "${arguments[@]}" >"$report"
code=$?
quietly cat "$report"
status=$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).status ?? ""' "$report" 2>/dev/null)
echo "status=$status" >>"$GITHUB_OUTPUT"

case $code in
  0) ;;
  3) echo '::notice title=Roundkeeper::The competition is paused or finished; only `roundkeeper resume` moves it on.' ;;
  4) echo '::warning title=Roundkeeper::The competition is late: what it waits for should have happened by now.' ;;
  *)
    echo "::error title=Roundkeeper::advance ended with exit code $code."
    exit "$code"
    ;;
esac

# What has moved may have something to do at once. Schedules see to it all the same, so that it fails is no failure.
if [ "${GO_ON:-}" = true ] && [ "$status" = advanced ]; then
  node "$GITHUB_ACTION_PATH/go-on.mjs" || echo '::notice title=Roundkeeper::The next run comes with the schedule.'
fi

# What does not depend on it has been decided all the same.
if [ "$reduced" != 0 ]; then
  echo "::error title=Roundkeeper::Not all of what was gathered got in: reduce ended with exit code $reduced."
  exit "$reduced"
fi
