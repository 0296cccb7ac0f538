"""Polars: atoms staged as boolean columns, then policies over them, in batches."""

import functools

import polars as pl
from city import batches, has_base, run, total


def load(city):
    return pl.from_arrow(city.stored()).rechunk()


def atom(of, codes_max):
    column = pl.col(f"c{of['column']}")
    match of["test"]:
        case "known":
            return column.is_not_null()
        case "flag":
            return column
        case "below":
            return column < of["end"]
        case "codes":
            # A look-up of each code in a table of truth values.
            codes = set(of["codes"])
            return pl.lit(pl.Series([code in codes for code in range(codes_max)])).gather(column)
        case "meets":
            return (column & sum(1 << code for code in of["codes"])) != 0
        case "share":
            other = pl.col(f"c{of['other']}").cast(pl.Int64)
            return column.cast(pl.Int64) * of["denominator"] >= other * of["numerator"]


def atom_is_in(of, codes_max):
    if of["test"] == "codes":
        return pl.col(f"c{of['column']}").is_in(pl.Series(of["codes"], dtype=pl.UInt16).implode())
    return atom(of, codes_max)


def condition(policy):
    def literal(of):
        column = pl.col(f"a{of[0]}")
        return ~column if of[1] else column

    parts = [literal(of) for of in policy["all"]]
    parts += [literal(one) | literal(other) for one, other in policy["either"]]
    return functools.reduce(lambda left, right: left & right, parts)


def money(at, due):
    """Unknown amounts and fen; computed for the entitled alone."""
    base = pl.col(f"c{due['column']}").filter(pl.col(f"p{at}"))
    fen = base.cast(pl.Int64) * due["numerator"]
    if due["denominator"] > 1:
        fen = (fen * 2 + due["denominator"]) // (2 * due["denominator"])
    if due["cap"] is not None:
        fen = pl.min_horizontal(fen, pl.when(fen.is_not_null()).then(due["cap"]))
    return [base.null_count().alias(f"x{at}"), fen.sum().alias(f"t{at}")]


def match(firms, rules, size=100, make=atom, rows=None):
    if rows is not None and firms.height > rows:
        parts = [match(part, rules, size, make) for part in firms.iter_slices(rows)]
        return [[sum(cells) for cells in zip(*of)] for of in zip(*parts)]
    columns = firms.select(make(of, 1500).alias(f"a{at}") for at, of in enumerate(rules["atoms"]))
    totals = []
    for batch in batches(rules["policies"], size):
        held = columns.select(condition(policy).alias(f"p{at}") for at, policy in enumerate(batch))
        sums = held.select(pl.all().sum()).row(0)
        unknown = held.null_count().row(0)
        due = [(at, policy["due"]) for at, policy in enumerate(batch) if has_base(policy)]
        bases = firms.select({f"c{of['column']}" for _, of in due})
        wanted = [expression for at, of in due for expression in money(at, of)]
        paid = pl.concat([held, bases], how="horizontal").select(wanted).row(0, named=True) if due else {}
        for at, policy in enumerate(batch):
            totals.append(total(policy, sums[at], unknown[at], paid.get(f"x{at}", 0), paid.get(f"t{at}", 0)))
    return totals


FORMS = {
    "staged-is-in": (load, functools.partial(match, make=atom_is_in)),
    "staged": (load, match),
    "staged-20": (load, functools.partial(match, size=20)),
    "staged-1000": (load, functools.partial(match, size=1000)),
    "staged-64k-rows": (load, functools.partial(match, size=1000, rows=1 << 16)),
    "staged-256k-rows": (load, functools.partial(match, size=1000, rows=1 << 18)),
}

if __name__ == "__main__":
    run("polars", pl.__version__, FORMS)
