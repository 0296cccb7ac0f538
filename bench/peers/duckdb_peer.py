"""DuckDB: atoms in a table of their own, then batches of policies over it."""

import functools

import duckdb
from city import bases, batches, code_tables, firms_with_codes, has_base, joined, listed, run, sql_atoms
from city import three_valued, total


def load(city):
    connection = duckdb.connect()
    firms = city.stored()
    connection.execute("CREATE TABLE firms AS SELECT * FROM firms")
    return connection


def load_declared(city):
    connection = duckdb.connect()
    firms = city.declared()
    connection.execute("CREATE TABLE firms AS SELECT * FROM firms")
    statements = (city.folder / "duckdb.sql").read_text().split("\n;\n")
    return connection, statements


def amount(due):
    numerator, denominator = due["numerator"], due["denominator"]
    fen = f"CAST(c{due['column']} AS BIGINT) * {numerator}"
    if denominator > 1:
        fen = f"({fen} * 2 + {denominator}) // {2 * denominator}"
    return fen if due["cap"] is None else f"CASE WHEN {fen} > {due['cap']} THEN {due['cap']} ELSE {fen} END"


def stage(connection, rules, columns, codes):
    """The first step; codes by a list of them, or by a join with a small table of answers."""
    source = "firms"
    if codes is joined:
        tables = code_tables(rules)
        for column, answers in tables.items():
            connection.execute(f"CREATE OR REPLACE TEMP TABLE k{column} AS SELECT * FROM answers")
        source = firms_with_codes(tables)
    atoms = [f"{text} AS a{at}" for at, text in enumerate(sql_atoms(rules, codes))] + bases(rules)
    query = f"SELECT {', '.join(columns + bases(rules))} FROM (SELECT {', '.join(atoms)} FROM {source})"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE atoms AS {query}")


def second_step(connection, rules, size, held_of, wanted_of):
    totals = []
    for batch in batches(rules["policies"], size):
        held, wanted = bases({"policies": batch}), []
        for at, policy in enumerate(batch):
            held += held_of(at, policy)
            entitled, sums = wanted_of(at)
            wanted += sums
            if has_base(policy):
                column = f"c{policy['due']['column']}"
                wanted.append(f"count(CASE WHEN {entitled} AND {column} IS NULL THEN 1 END)")
                wanted.append(f"sum(CASE WHEN {entitled} THEN {amount(policy['due'])} END)")
        query = f"SELECT {', '.join(wanted)} FROM (SELECT {', '.join(held)} FROM atoms)"
        row = iter(connection.execute(query).fetchone())
        for policy in batch:
            cells = [int(next(row) or 0) for _ in range(4 if has_base(policy) else 2)]
            totals.append(total(policy, *cells))
    return totals


def match(connection, rules, size=50, codes=joined):
    """Booleans, NULL for unknown."""
    stage(connection, rules, [f"a{at}" for at in range(len(rules["atoms"]))], codes)
    held = lambda at, policy: [f"({three_valued(policy)}) AS p{at}"]
    wanted = lambda at: (f"p{at}", [f"count_if(p{at})", f"count(*) - count(p{at})"])
    return second_step(connection, rules, size, held, wanted)


def match_two_bits(connection, rules, size=50):
    """A number of a byte for each atom, and for each that is denied somewhere: 3 true, 1 unknown, 0 false.

    `&` and `|` of such numbers are Kleene's; the second step has no NULL.
    """
    literals = {tuple(of) for policy in rules["policies"] for of in policy["all"]}
    literals |= {tuple(of) for policy in rules["policies"] for pair in policy["either"] for of in pair}
    name = lambda of: f"{'n' if of[1] else 'a'}{of[0]}"
    number = lambda of: f"COALESCE(CAST({'NOT ' if of[1] else ''}a{of[0]} AS UTINYINT) * 3::UTINYINT, 1::UTINYINT)"
    stage(connection, rules, [f"{number(of)} AS {name(of)}" for of in sorted(literals)], joined)

    def held(at, policy):
        parts = [name(of) for of in policy["all"]]
        parts += [f"({name(one)} | {name(other)})" for one, other in policy["either"]]
        return [f"{' & '.join(parts)} AS p{at}"]

    wanted = lambda at: (f"p{at} = 3", [f"sum(p{at} >> 1)", f"sum(p{at}) - 3 * sum(p{at} >> 1)"])
    return second_step(connection, rules, size, held, wanted)


def match_printed(loaded, rules):
    """The statements of `liangjian sql --dialect duckdb`, which also keep every firm's outcomes."""
    connection, statements = loaded
    for statement in statements:
        rows = connection.execute(statement).fetchall()
    # policy, entitled, not entitled, undetermined, needs judgement, unknown amounts, fen
    return [[row[1], row[3] + row[4], row[5], row[6]] for row in rows]


FORMS = {
    "two-bits-50": (load, match_two_bits),
    "two-bits-200": (load, functools.partial(match_two_bits, size=200)),
    "booleans-50": (load, match),
    "booleans-in-lists": (load, functools.partial(match, codes=listed)),
    "printed": (load_declared, match_printed),
}

if __name__ == "__main__":
    run("duckdb", duckdb.__version__, FORMS)
