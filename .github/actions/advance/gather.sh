#!/usr/bin/env bash
# Gathers evidence into $OUT, and commits nothing: it reads a clone of the competition, and needs no token for that.
set -uo pipefail
. "$GITHUB_ACTION_PATH/../engine.sh"
given=${DIR:-}
competition_folder

# A competition on GitHub is read by git: jobs side by side would use up what its API allows an hour. Settings that outlive
# the job are left as they are.
if [ -z "$given" ]; then
  clone="$RUNNER_TEMP/state.git"
  node "$GITHUB_ACTION_PATH/read-clone.mjs" "$DIR/roundkeeper.json" "$clone" "$GITHUB_SERVER_URL" || exit 2
fi

arguments=(work --dir "$DIR" --out "$OUT" --max-minutes "$MAX_MINUTES" --run "$(run_address)")
if [ -n "$SHARD" ]; then arguments+=(--shard "$SHARD"); fi
if [ -n "$KINDS" ]; then arguments+=(--kinds "$KINDS"); fi
roundkeeper "${arguments[@]}"
code=$?
case $code in
  0 | 4) ;;
  *)
    # What was gathered before is handed on all the same.
    echo "::error title=Roundkeeper::work ended with exit code $code."
    exit "$code"
    ;;
esac
