#!/bin/bash
# Acknowledged writes a second where every flush of the disk takes 5 ms longer, and the proof that each of them was
# flushed before it was acknowledged.
#
#   bench/write.sh [SECONDS [CLIENTS]]        WRITE_PROGRAM names another program than target/release/liangjian
#
# Exit code: 0 every write was flushed in time, 1 one was not.
set -eu -o pipefail
cd "$(dirname "$0")/.."
seconds=${1:-10} clients=${2:-64} program=${WRITE_PROGRAM:-target/release/liangjian}
scratch=$(mktemp -d "${TMPDIR:-/tmp}/liangjian-write.XXXXXX")
trap 'rm -rf "$scratch"' EXIT

cc -O2 -Wall -Wextra -shared -fPIC -o "$scratch/slow_sync.so" bench/slow_sync.c -ldl
LD_PRELOAD=$scratch/slow_sync.so SLOW_SYNC_LOG=$scratch/syncs "$program" bench write \
    --seconds "$seconds" --clients "$clients" --data "$scratch/data" --acks "$scratch/acks"

python3 - "$scratch/syncs" "$scratch/acks" <<'CHECK'
import bisect, sys
syncs = sorted(tuple(map(int, line.split()[:2])) for line in open(sys.argv[1]) if line.split()[3] == "0")
begins = [begin for begin, _ in syncs]
# The earliest end among the syncs that began at this one or later.
ends, least = [0] * len(syncs), float("inf")
for place in range(len(syncs) - 1, -1, -1):
    least = min(least, syncs[place][1])
    ends[place] = least
writes = late = 0
for line in open(sys.argv[2]):
    sent, acknowledged = map(int, line.split()[:2])
    place = bisect.bisect_right(begins, sent)
    writes += 1
    late += place == len(syncs) or ends[place] > acknowledged
print(f"{writes} writes, {len(syncs)} flushes, {writes / max(1, len(syncs)):.1f} writes a flush")
print(f"{writes - late} of {writes} writes: a flush began after they were sent and ended before they were acknowledged")
sys.exit(late > 0 or writes == 0)
CHECK
"$program" audit verify --data "$scratch/data"
