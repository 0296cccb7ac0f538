#!/usr/bin/env bash
# The engine and its peers on the same made city, one after the other, round after round.
#
#   bench/run.sh [FIRMS [POLICIES [ROUNDS [PEER:FORM ...]]]]
#
# PEERS_PYTHON is a python with polars, duckdb, datafusion, chdb, pyarrow and numpy (bench/README.md);
# PEERS_FOLDER is where the made city is written, 250 bytes a firm. Prints one table; exit code 1 if any totals
# differ.
set -euo pipefail

firms=${1:-100000} policies=${2:-1000} rounds=${3:-3}
shift $(($# < 3 ? $# : 3))
peers=("$@")
[ $# -gt 0 ] || peers=(polars:staged-is-in clickhouse:nullable-50 datafusion:booleans-10 duckdb:two-bits-50)

root=$(cd "$(dirname "$0")/.." && pwd)
export PYTHONDONTWRITEBYTECODE=1
python=${PEERS_PYTHON:-python3}
folder=${PEERS_FOLDER:-$root/target/peers}/$firms-$policies
own=$root/target/release/examples/match_export
if ! "$python" -c 'import polars, duckdb, datafusion, chdb, pyarrow, numpy'; then
    echo "error: $python has not all of the peers · see bench/README.md and set PEERS_PYTHON" >&2
    exit 2
fi

[ -n "${PEERS_SKIP_BUILD:-}" ] || (cd "$root" && cargo build --release --quiet -p rules --example match_export)
"$own" "$firms" "$policies" "$folder"

lines=$folder/lines.jsonl
: >"$lines"
for round in $(seq "$rounds"); do
    for peer in "${peers[@]}"; do
        echo "round $round: $peer" >&2
        "$own" "$firms" "$policies" "$folder" 3 >>"$lines"
        "$python" "$root/bench/peers/${peer%%:*}_peer.py" "$folder" "${PEERS_REPEAT:-2}" "${peer#*:}" >>"$lines" ||
            echo "error: $peer did not finish · its row is missing below" >&2
    done
done
"$python" "$root/bench/peers/table.py" "$firms" "$policies" <"$lines"
