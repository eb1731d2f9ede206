#!/usr/bin/env bash
# Runs `deadman` once. That a competition is late is for the issue to say, and no failure of this job.
set -uo pipefail
. "$GITHUB_ACTION_PATH/../engine.sh"

roundkeeper deadman --repo "$REPO" --issues "$ISSUES" --late-blocks "$LATE_BLOCKS"
code=$?
case $code in
  0) echo 'late=false' >>"$GITHUB_OUTPUT" ;;
  4)
    echo 'late=true' >>"$GITHUB_OUTPUT"
    echo '::warning title=Roundkeeper::The competition stands still: an issue says why.'
    ;;
  *)
    echo "::error title=Roundkeeper::deadman ended with exit code $code."
    exit "$code"
    ;;
esac
