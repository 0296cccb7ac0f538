#!/usr/bin/env python3
"""Verifies an exported log of Liangjian without Liangjian: standard library only, Python 3.8 or later.

    verify_audit.py LOG [--checkpoint FILE-OR-FOLDER]... [--receipt FILE]...

LOG is what `liangjian audit export` wrote. Give the checkpoints and receipts that you kept yourself: those of whoever
runs the log prove nothing against him. What is hashed is described in docs/guide/audit.md, and signatures of witnesses
are for verify_witness.py. Prints every fault, first place first; exit 0 means that everything fits.
"""
import argparse, base64, hashlib, json, os, sys

HASHES = {"sha256", "sm3"} & hashlib.algorithms_available
HASHED = ["previous_hash", "sequence", "stream", "version", "kind", "actor", "recorded_at"]


def digest(name, data):
    return hashlib.new(name, data).digest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Log:
    """The log, each event checked against itself and the one before it; roots of its tree by size."""

    def __init__(self, lines, asked):
        self.events, self.faults, self.roots = [], [], {}
        previous, time, versions = "0" * 64, "", {}
        edges = {name: [] for name in {name for name, _ in asked} | {"sha256"}}
        for number, line in enumerate(lines, 1):
            fault = lambda what: self.faults.append((number, "event %d: %s" % (number, what)))
            try:
                event = json.loads(line)
                if set(event) != {*HASHED, "payload", "hash"} or canonical(event) != line:
                    fault("it is not canonical JSON of the nine fields")
                hashed = [event[field] for field in HASHED]
                hashed = ["liangjian-event-1", *map(str, hashed), canonical(event["payload"])]
                parts = [field.encode() for field in hashed]
                hashed = hashlib.sha256(b"".join(len(part).to_bytes(8, "big") + part for part in parts)).hexdigest()
                if event["sequence"] != number:
                    fault("it has the number %s" % event["sequence"])
                if event["previous_hash"] != previous:
                    fault("it does not continue the event before it")
                if event["hash"] != hashed:
                    fault("its content does not match its hash")
                if event["recorded_at"] < time:
                    fault("its time is before that of the event before it")
                if event["version"] != versions.get(event["stream"], 0) + 1:
                    fault("its version does not follow that of the event before it in its stream")
                versions[event["stream"]], previous, time = event["version"], event["hash"], event["recorded_at"]
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
                fault("it cannot be read (%s)" % problem)
                event = {}
            self.events.append(event)
            for name, edge in edges.items():  # (size, root) of the complete parts, from left to right
                edge.append((1, digest(name, b"\x00" + line.encode("utf-8", "surrogateescape"))))
                while len(edge) > 1 and edge[-2][0] == edge[-1][0]:
                    (size, right), (_, left) = edge.pop(), edge.pop()
                    edge.append((2 * size, digest(name, b"\x01" + left + right)))
                if (name, number) in asked:
                    root = edge[-1][1]
                    for _, left in reversed(edge[:-1]):
                        root = digest(name, b"\x01" + left + root)
                    self.roots[name, number] = root


def note(content):
    """The checkpoint of a note: its text up to the blank line, below which signatures stand."""
    text = content.split("\n\n")[0].rstrip("\n") + "\n"
    origin, size, root, time, name = (text.split("\n") + [""] * 5)[:5]
    checkpoint = dict(origin=origin, size=int(size), root=root, time=time[5:], hash=name[5:])
    if "%s\n%d\n%s\ntime %s\nhash %s\n" % tuple(checkpoint.values()) != text or checkpoint["size"] < 1:
        raise ValueError("it is no checkpoint")
    if checkpoint["hash"] not in HASHES:
        raise ValueError("this Python has no hash function %r" % checkpoint["hash"])
    return checkpoint


def receipt(content):
    """Checks the proof of a receipt (RFC 9162, 2.1.3.2); its index, its event and its checkpoint."""
    head, _, rest = content.partition("\n\n")
    _, index, _, event, *proof = head.split("\n")
    checkpoint, index = note(rest), int(index[len("index "):])
    name, size = checkpoint["hash"], checkpoint["size"]
    if not head.startswith("liangjian-receipt-1\nindex %d\nsize %d\nevent {" % (index, size)):
        raise ValueError("it is no receipt")
    place, last, event = index, size - 1, event[len("event "):]
    reached = digest(name, b"\x00" + event.encode())
    for line in proof:
        beside = base64.b64decode(line[len("proof "):], validate=True)
        if line != "proof " + base64.b64encode(beside).decode() or len(beside) != 32 or last == 0:
            raise ValueError("its proof is malformed or too long")
        if place % 2 or place == last:
            reached = digest(name, b"\x01" + beside + reached)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            reached = digest(name, b"\x01" + reached + beside)
        place, last = place >> 1, last >> 1
    if not 0 <= index < size or last or base64.b64encode(reached).decode() != checkpoint["root"]:
        raise ValueError("its proof does not lead from its event to its checkpoint")
    return index, event, checkpoint


def verify(log, checkpoints=(), receipts=()):
    """Every fault, first place first; `checkpoints` and `receipts` are pairs of a name and the content of a file."""
    faults, claims, events = [], [], []
    for name, content, is_receipt in [(*pair, False) for pair in checkpoints] + [(*pair, True) for pair in receipts]:
        try:
            index, event, checkpoint = receipt(content) if is_receipt else (None, None, note(content))
            claims.append((name, checkpoint))
            events.append((name, index, event))
        except ValueError as problem:
            faults.append((0, "%s: %s" % (name, problem)))
    lines = log[:-1].split("\n") if log.endswith("\n") else log.split("\n") if log else []
    read = Log(lines, {(c["hash"], c["size"]) for _, c in claims})
    for name, c in claims:
        if c["size"] > len(lines):
            faults.append((len(lines) + 1, "%s: it vouches for %d events, more than the log has" % (name, c["size"])))
            continue
        first, last = read.events[0].get("hash", ""), read.events[c["size"] - 1].get("recorded_at")
        root = base64.b64encode(read.roots[c["hash"], c["size"]]).decode()
        if (c["origin"], c["root"], c["time"]) != ("liangjian/" + str(first)[:16], root, last):
            faults.append((c["size"], "%s: it does not agree with the events up to %d" % (name, c["size"])))
    for name, index, event in events:
        if event is not None and index < len(lines) and lines[index] != event:
            faults.append((index + 1, "%s: its event is not the one of the log" % name))
    return [what for _, what in sorted(faults + read.faults)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("log")
    for option in ("--checkpoint", "--receipt"):
        parser.add_argument(option, action="append", default=[])
    given = parser.parse_args()
    read = lambda path: (path, open(path, encoding="utf-8", errors="surrogateescape", newline="").read())
    in_folder = lambda path: sorted(os.path.join(path, n) for n in os.listdir(path) if n.endswith(".txt"))
    files = lambda path: in_folder(path) if os.path.isdir(path) else [path]
    checkpoints = [read(file) for path in given.checkpoint for file in files(path)]
    receipts = [read(path) for path in given.receipt]
    faults = verify(read(given.log)[1], checkpoints, receipts)
    told = (len(checkpoints), len(receipts), "NOT whole" if faults else "whole")
    print(*["fault: " + what for what in faults], "%d checkpoints, %d receipts: %s" % told, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
