#!/usr/bin/env bash
# Runs `advance` once and says on GitHub what its exit code means; fails only for an error (1) or a wrong call (2).
set -uo pipefail

engine="$GITHUB_ACTION_PATH/../../../src/cli/main.ts"
arguments=(advance --dir "$DIR" --max-minutes "$MAX_MINUTES" --json)
arguments+=(--run "$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID")
if [ "$UNTIL_IDLE" = true ]; then arguments+=(--until-idle); fi

report=$(mktemp)
trap 'rm -f "$report"' EXIT
node "$engine" "${arguments[@]}" >"$report"
code=$?
cat "$report"
echo "status=$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).status ?? ""' "$report" 2>/dev/null)" >>"$GITHUB_OUTPUT"

case $code in
  0) ;;
  3) echo '::notice title=Roundkeeper::The competition is paused or finished; only `roundkeeper resume` moves it on.' ;;
  4) echo '::warning title=Roundkeeper::The competition is late: what it waits for should have happened by now.' ;;
  *)
    echo "::error title=Roundkeeper::advance ended with exit code $code."
    exit "$code"
    ;;
esac
