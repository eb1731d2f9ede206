#!/usr/bin/env bash
# Runs `advance` once and says on GitHub what its exit code means; fails only for an error (1) or a wrong call (2).
# Of what other jobs gathered, in folders below $GATHERED, only what `reduce` finds good gets in.
set -uo pipefail
. "$GITHUB_ACTION_PATH/../engine.sh"
competition_folder

arguments=(advance --dir "$DIR" --max-minutes "$MAX_MINUTES" --json --run "$(run_address)")
if [ "$UNTIL_IDLE" = true ]; then arguments+=(--until-idle); fi

if [ -n "${GATHERED:-}" ]; then
  arguments+=(--gathered-only)
  folders=()
  for folder in "$GATHERED"/*/; do
    folder=${folder%/}
    if [ -d "$folder" ] && [ ! -L "$folder" ]; then folders+=("$folder"); fi
  done
  if [ ${#folders[@]} -gt 0 ]; then
    roundkeeper reduce --dir "$DIR" -- "${folders[@]}"
    code=$?
    # 4: some of it is missing, which the next run gathers.
    if [ "$code" != 0 ] && [ "$code" != 4 ]; then
      echo "::error title=Roundkeeper::reduce ended with exit code $code."
      exit "$code"
    fi
  fi
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
