#!/usr/bin/env bash
# Runs `gallery` once.
set -uo pipefail
. "$GITHUB_ACTION_PATH/../engine.sh"

arguments=(gallery --out "$OUT")
if [ -n "$STORE" ]; then arguments+=(--store "$STORE"); fi
roundkeeper "${arguments[@]}" -- "$SOURCE"
