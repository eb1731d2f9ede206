#!/usr/bin/env bash
# Runs `verify` once, leaves its reports in $FOLDER and its summary on the page of the job. Fails as `verify` does: with 1
# for a competition that is broken, with 2 where nothing could be found out.
set -uo pipefail

. "$GITHUB_ACTION_PATH/../engine.sh"
mkdir -p "$FOLDER" || exit 2
rm -f "$FOLDER"/report.*
arguments=(verify --checkpoint "$FOLDER/checkpoint" --fail-on "$FAIL_ON")
arguments+=(--out "$FOLDER/report.json" --out "$FOLDER/report.sarif" --out "$FOLDER/report.md")
if [ -n "$BRANCH" ]; then arguments+=(--branch "$BRANCH"); fi
if [ -n "$ALLOWED_SIGNERS" ]; then arguments+=(--allowed-signers "$ALLOWED_SIGNERS"); fi
since=()
if [ -f "$FOLDER/checkpoint" ]; then since=(--since "$FOLDER/checkpoint"); fi

roundkeeper "${arguments[@]}" "${since[@]}" -- "$SOURCE"
code=$?
# A checkpoint that is none, which whoever can write the cache can put there, must not keep anybody from looking.
if [ "$code" = 2 ] && [ ${#since[@]} -gt 0 ]; then
  echo '::warning title=Roundkeeper::It cannot go on from the checkpoint, and begins from the beginning.'
  rm -f "$FOLDER/checkpoint"
  roundkeeper "${arguments[@]}" -- "$SOURCE"
  code=$?
fi

if [ -f "$FOLDER/report.md" ]; then
  cat "$FOLDER/report.md" >>"$GITHUB_STEP_SUMMARY"
  {
    echo "verdict=$(node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).verdict' "$FOLDER/report.json")"
    echo "report=$FOLDER/report.json"
    echo "sarif=$FOLDER/report.sarif"
  } >>"$GITHUB_OUTPUT"
fi

# Something else that ended so found nothing out.
if [ "$code" = 1 ] && [ ! -f "$FOLDER/report.json" ]; then code=2; fi
case $code in
  0) ;;
  1) echo '::error title=Roundkeeper::Rules of the competition were broken, or may have been: see the summary of this job.' ;;
  *)
    echo "::error title=Roundkeeper::Nothing could be found out (exit code $code): see above."
    code=2
    ;;
esac
exit "$code"
