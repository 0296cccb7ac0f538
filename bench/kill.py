#!/usr/bin/env python3
"""Kills `liangjian bench write` with signal 9 at random moments, again and again on one data folder.

After every start the senders send again what was not acknowledged, under the same keys. Checked are, every 50 kills
and at the end: `liangjian audit verify` says whole; every acknowledged write is there exactly once, with its kept
answer; nothing is there twice, and nothing that nobody sent.

    bench/kill.py [--program P] [--kills N] [--seconds N] [--clients N] [--seed N] [--data DIR]
"""

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time

CHECK_EVERY = 50


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="target/release/liangjian")
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seconds", type=float, help="stop after this time, whatever is left")
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", help="a new folder; without it a temporary one")
    return parser.parse_args()


def run_and_kill(options, data, acks, wait):
    """Starts the program and kills it; says whether it was still running then."""
    command = [options.program, "bench", "write", "--seconds", "600", "--clients", str(options.clients)]
    command += ["--data", data, "--acks", acks]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        time.sleep(wait)
        ran = process.poll() is None
        process.kill()
        process.wait()
        if not ran:
            said.seek(0)
            sys.exit(f"FAILED: the program ended by itself: {said.read().decode(errors='replace')}")


def take_acknowledged(acks, last):
    """Reads what was acknowledged; leaves only the last of every client for the next run. Answers two counts."""
    new = replayed = 0
    if os.path.exists(acks):
        for line in open(acks):
            words = line.split()
            if not line.endswith("\n") or len(words) != 5:
                continue  # cut off by the kill: its sender did not hear it, and sends it again
            client, index = words[2], int(words[3])
            if client in last and index <= last[client]:
                continue  # left by the run before
            if index != last.get(client, -1) + 1:
                sys.exit(f"FAILED: client {client} went from {last.get(client)} to {index}")
            last[client] = index
            new += 1
            replayed += words[4] == "replayed"
    with open(acks, "w") as file:
        file.writelines(f"0 0 {client} {index} done\n" for client, index in last.items())
    return new, replayed


def check(options, data, last):
    """Fails unless the data hold every acknowledged write once, and at most the one under way besides."""
    verified = subprocess.run([options.program, "audit", "verify", "--data", data], capture_output=True, text=True)
    if verified.returncode != 0:
        sys.exit(f"FAILED: audit verify: {verified.stdout}{verified.stderr}")
    connection = sqlite3.connect(f"file:{data}/liangjian.sqlite?mode=ro", uri=True)
    events = connection.execute("SELECT json_extract(payload, '$.key'), count(*) FROM event GROUP BY 1").fetchall()
    answers = dict(connection.execute("SELECT key, count(*) FROM idempotency GROUP BY 1"))
    connection.close()
    events = dict(events)
    twice = [key for key, count in events.items() if count != 1]
    expected = {f"{client}-{index}" for client, top in last.items() for index in range(top + 1)}
    missing = expected - events.keys()
    under_way = {f"{client}-{last.get(str(client), -1) + 1}" for client in range(options.clients)}
    unknown = events.keys() - expected - under_way
    apart = events.keys() ^ answers.keys()
    if twice or missing or unknown or apart:
        sys.exit(f"FAILED: twice {twice[:5]}, missing {sorted(missing)[:5]}, unknown {sorted(unknown)[:5]}, "
                 f"event without answer or the other way round {sorted(apart)[:5]}")
    return len(events)


def main():
    options = arguments()
    chance = random.Random(options.seed)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="liangjian-kill.") as scratch:
        data, acks = options.data or os.path.join(scratch, "data"), os.path.join(scratch, "acks")
        last, kills, acknowledged, replayed, busy = {}, 0, 0, 0, 0
        while kills < options.kills:
            if options.seconds and time.monotonic() - begin > options.seconds:
                break
            run_and_kill(options, data, acks, chance.uniform(0.020, 0.350))
            kills += 1
            new, again = take_acknowledged(acks, last)
            acknowledged, replayed, busy = acknowledged + new, replayed + again, busy + (new > 0)
            if kills % CHECK_EVERY == 0:
                written = check(options, data, last)
                print(f"{kills} kills, {acknowledged} acknowledged, {written} written: whole", flush=True)
        if busy == 0:
            sys.exit("FAILED: no run lived long enough to write")
        written = check(options, data, last)
    print(f"{kills} kills in {time.monotonic() - begin:.0f} s, {busy} of them while it wrote: {acknowledged} writes "
          f"acknowledged, each there once; {replayed} had been written before a kill and were answered as before; "
          f"{written - acknowledged} written and not acknowledged; audit verify says whole")


if __name__ == "__main__":
    main()
