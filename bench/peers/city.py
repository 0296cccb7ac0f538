"""The made city as `match_export` wrote it, and how a peer is timed on it.

    /path/to/venv/bin/python PEER.py FOLDER [ROUNDS] [FORM]

A peer is a module with FORMS: a name for each form, and for each form two functions. `load(city)` brings the
data into the engine's own memory and is not timed. `match(loaded, rules)` is: building, parsing and planning of
the queries is part of it. It answers (entitled, undetermined, unknown amounts, fen) of every policy. A line of
JSON is printed for each round; where the totals differ from the expected ones it says so and no time counts.
"""

import gc
import json
import pathlib
import resource
import sys
import time

import numpy as np
import pyarrow as pa

# Day 0 of Arrow in days of the common era.
EPOCH_DAY = 719_163


class City:
    """Columns with their known rows."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        described = json.loads((self.folder / "city.json").read_text())
        self.firms, self.columns = described["firms"], described["columns"]

    def _read(self, at, end, kind):
        return np.fromfile(self.folder / f"{at:02}.{end}", dtype=kind)

    def known(self, at):
        """Arrow's validity bitmap is the stored one."""
        return pa.py_buffer(self._read(at, "known", "<u8"))

    def _array(self, kind, at, values):
        return pa.Array.from_buffers(kind, self.firms, [self.known(at), pa.py_buffer(values)])

    def _code_sets(self, at):
        """Sets of at most 16 codes as bits of one number."""
        ends, codes = self._read(at, "ends", "<u4"), self._read(at, "values", "<u2")
        rows = np.repeat(np.arange(self.firms), np.diff(ends, prepend=0))
        sets = np.zeros(self.firms, "<u2")
        np.bitwise_or.at(sets, rows, np.left_shift(1, codes).astype("<u2"))
        return sets

    def stored(self):
        """The plainest numbers: digits, days of the common era, codes, sets as bits; `c0` to `c59`."""
        kinds = {"i32": ("<i4", pa.int32()), "day": ("<i4", pa.int32()), "i64": ("<i8", pa.int64())}
        kinds |= {"u16": ("<u2", pa.uint16()), "bits": ("<u8", pa.bool_())}
        arrays = {}
        for at, column in enumerate(self.columns):
            if column["stored"] == "sets":
                arrays[f"c{at}"] = self._array(pa.uint16(), at, self._code_sets(at))
            else:
                numpy_kind, kind = kinds[column["stored"]]
                arrays[f"c{at}"] = self._array(kind, at, self._read(at, "values", numpy_kind))
        return pa.table(arrays)

    def declared(self):
        """The table that `liangjian sql` asks for: decimals, dates, codes as texts."""
        firm = pa.array(np.arange(self.firms)).cast(pa.string())
        arrays = {"firm": firm} | {c["name"]: self._declared(at, c) for at, c in enumerate(self.columns)}
        return pa.table(arrays)

    def _declared(self, at, column):
        stored = column["stored"]
        if stored == "bits":
            return self._array(pa.bool_(), at, self._read(at, "values", "<u8"))
        if stored == "day":
            return self._array(pa.date32(), at, self._read(at, "values", "<i4") - np.int32(EPOCH_DAY))
        if stored in ("i32", "i64"):
            digits = self._read(at, "values", "<i4" if stored == "i32" else "<i8").astype("<i8")
            wide = np.stack([digits, digits >> 63], axis=1)
            return self._array(pa.decimal128(18, column["scale"]), at, wide)
        if stored == "u16":
            texts = pa.array([f"c{code:04}" for code in range(column["codes"])])
            return texts.take(self._array(pa.uint16(), at, self._read(at, "values", "<u2")))
        sets = self._code_sets(at)
        texts = ["|".join(f"c{bit:04}" for bit in range(16) if of >> bit & 1) for of in range(1 << 16)]
        return pa.array(texts).take(self._array(pa.uint16(), at, sets))


def sql_atoms(rules, codes, meets="({0} & {1}) <> 0"):
    """Every atom as SQL over the stored columns; `codes` writes the test of a code, from its place and itself."""
    for at, atom in enumerate(rules["atoms"]):
        name = f"c{atom['column']}"
        match atom["test"]:
            case "known":
                yield f"{name} IS NOT NULL"
            case "flag":
                yield name
            case "below":
                yield f"{name} < {atom['end']}"
            case "codes":
                yield codes(at, atom)
            case "meets":
                yield meets.format(name, sum(1 << code for code in atom["codes"]))
            case "share":
                left, right = f"{name} * {atom['denominator']}", f"c{atom['other']} * {atom['numerator']}"
                yield f"{left} >= {right}"


def listed(_, atom):
    """The test of a code as a list of codes."""
    return f"c{atom['column']} IN ({', '.join(map(str, atom['codes']))})"


def joined(at, atom):
    """The test of a code as a column of a small table joined to the firms."""
    return f"k{atom['column']}.a{at}"


def code_tables(rules, codes_max=1500):
    """For each column of codes a small table: the code, and the answer of every test of it."""
    tables = {}
    for at, atom in enumerate(rules["atoms"]):
        if atom["test"] == "codes":
            start = {"code": pa.array(range(codes_max), pa.uint16())}
            codes = set(atom["codes"])
            answers = pa.array([code in codes for code in range(codes_max)])
            tables.setdefault(atom["column"], start)[f"a{at}"] = answers
    return {column: pa.table(of) for column, of in tables.items()}


def firms_with_codes(tables):
    """The firms, each with the row of its code in every small table."""
    joins = [f"LEFT JOIN k{column} ON k{column}.code = firms.c{column}" for column in tables]
    return " ".join(["firms", *joins])


def bases(rules):
    """The columns that amounts are reckoned from."""
    return sorted({f"c{policy['due']['column']}" for policy in rules["policies"] if has_base(policy)})


def three_valued(policy, denied="NOT a{}"):
    """The condition of a policy over boolean columns, absent where unknown."""
    literal = lambda of: denied.format(of[0]) if of[1] else f"a{of[0]}"
    parts = [literal(of) for of in policy["all"]]
    return " AND ".join(parts + [f"({literal(one)} OR {literal(other)})" for one, other in policy["either"]])


def bitwise(policy, letter, both="({} & {})", one_of="({} | {})"):
    """Truth (`t`) or possibility (`p`) as a number 0 or 1: a literal denied is true where it is not possible."""
    other = {"t": "p", "p": "t"}[letter]
    literal = lambda of: f"(1 - {other}{of[0]})" if of[1] else f"{letter}{of[0]}"
    parts = [literal(of) for of in policy["all"]]
    parts += [one_of.format(literal(one), literal(two)) for one, two in policy["either"]]
    whole = parts[0]
    for part in parts[1:]:
        whole = both.format(whole, part)
    return whole


def batches(policies, size):
    """The policies, so many at a time."""
    return [policies[first : first + size] for first in range(0, len(policies), size)]


def total(policy, entitled, undetermined, unknown=0, fen=0):
    """A row of the totals; a fixed amount is due to everyone who is entitled."""
    fixed = (policy["due"] or {}).get("fixed", 0)
    return [entitled, undetermined, unknown, fixed * entitled + int(fen or 0)]


def has_base(policy):
    """Whether the amount depends on a fact."""
    return policy["due"] is not None and "column" in policy["due"]


def cpu_s():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def run(engine, version, forms):
    """Times the rounds of one form; the first form of a peer is the one that was best."""
    folder, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 3
    form = sys.argv[3] if len(sys.argv) > 3 else next(iter(forms))
    load, match = forms[form]
    city = City(folder)
    rules_text = (city.folder / "rules.json").read_text()
    expected = json.loads((city.folder / "expected.json").read_text())
    loaded = load(city)
    for _ in range(rounds):
        gc.collect()
        cpu, begin = cpu_s(), time.perf_counter()
        totals = match(loaded, json.loads(rules_text))
        wall, cpu = time.perf_counter() - begin, cpu_s() - cpu
        agrees = [list(map(int, row)) for row in totals] == expected
        if not agrees:
            wrong = [at for at, (own, other) in enumerate(zip(totals, expected)) if list(own) != other]
            first = wrong[0] if wrong else len(totals)
            print(f"{len(wrong)} policies differ, first {first}: {totals[first]} {expected[first]}", file=sys.stderr)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        line = {"engine": engine, "form": form, "version": version, "agrees": agrees}
        print(json.dumps(line | {"wall_s": wall, "cpu_s": cpu, "peak_bytes": peak}), flush=True)
