#!/bin/bash
# The demo plays its jobs without a terminal, and every check of it holds.
set -u
log=$(mktemp)
trap 'rm -f "$log"' EXIT
"$TOP_BUILDDIR/tailor" demo --script </dev/null >"$log" 2>&1
status=$?
grep '^   checked: ' "$log" | sed 's/^   checked: /ok demo: /'
if [ $status -ne 0 ]; then
    echo "not ok demo: ended with status $status"
    sed 's/^/# /' "$log" | tail -n 40
fi
exit $status
