#!/usr/bin/env bash
# Says as outputs of the job which other jobs have something to do. Only reads.
set -uo pipefail
. "$GITHUB_ACTION_PATH/../engine.sh"
competition_folder

due=$(mktemp)
trap 'rm -f "$due"' EXIT
roundkeeper due --repo "$DIR" --shards "$SHARDS" --token-env ROUNDKEEPER_GIT_TOKEN >"$due"
code=$?
quietly cat "$due"
if [ "$code" != 0 ]; then
  echo "::error title=Roundkeeper::due ended with exit code $code."
  exit "$code"
fi
cat "$due" >>"$GITHUB_OUTPUT"
