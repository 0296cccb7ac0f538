"""DataFusion: atoms in a table of their own, then batches of policies over it."""

import functools
import os

import datafusion
from city import bases, batches, code_tables, firms_with_codes, has_base, joined, listed, run, sql_atoms
from city import three_valued, total


def context():
    config = datafusion.SessionConfig().with_target_partitions(os.cpu_count())
    # One pass of the optimizer is enough for these plans, and planning is most of the time.
    return datafusion.SessionContext(config.set("datafusion.optimizer.max_passes", "1"))


def load(city):
    connection = context()
    connection.from_arrow(city.stored(), name="source")
    connection.sql("CREATE TABLE firms AS SELECT * FROM source").collect()
    return connection


def load_declared(city):
    connection = context()
    connection.from_arrow(city.declared(), name="source")
    connection.sql("CREATE TABLE firms AS SELECT * FROM source").collect()
    statements = (city.folder / "datafusion.sql").read_text().split("\n;\n")
    return connection, statements


def amount(due):
    numerator, denominator = due["numerator"], due["denominator"]
    fen = f"CAST(c{due['column']} AS BIGINT) * {numerator}"
    if denominator > 1:
        fen = f"({fen} * 2 + {denominator}) / {2 * denominator}"
    return fen if due["cap"] is None else f"CASE WHEN {fen} > {due['cap']} THEN {due['cap']} ELSE {fen} END"


def match(connection, rules, size=10, codes=listed):
    """Booleans, NULL for unknown; codes by a list of them, or by a join with a small table of answers."""
    source = "firms"
    if codes is joined:
        tables = code_tables(rules)
        for column, table in tables.items():
            connection.sql(f"DROP TABLE IF EXISTS k{column}").collect()
            connection.from_arrow(table, name=f"k{column}")
        source = firms_with_codes(tables)
    columns = [f"{text} AS a{at}" for at, text in enumerate(sql_atoms(rules, codes))] + bases(rules)
    connection.sql("DROP TABLE IF EXISTS atoms").collect()
    connection.sql(f"CREATE TABLE atoms AS SELECT {', '.join(columns)} FROM {source}").collect()
    totals = []
    for batch in batches(rules["policies"], size):
        held, wanted = bases({"policies": batch}), []
        for at, policy in enumerate(batch):
            held.append(f"({three_valued(policy)}) AS p{at}")
            wanted += [f"count(*) FILTER (WHERE p{at})", f"count(*) - count(p{at})"]
            if has_base(policy):
                column = f"c{policy['due']['column']}"
                wanted.append(f"count(*) FILTER (WHERE p{at} AND {column} IS NULL)")
                wanted.append(f"sum({amount(policy['due'])}) FILTER (WHERE p{at})")
        wanted = [f"{text} AS w{at}" for at, text in enumerate(wanted)]
        query = f"SELECT {', '.join(wanted)} FROM (SELECT {', '.join(held)} FROM atoms)"
        answer = connection.sql(query).collect()[0]
        row = iter([column[0].as_py() for column in answer.columns])
        for policy in batch:
            totals.append(total(policy, *[next(row) for _ in range(4 if has_base(policy) else 2)]))
    return totals


def match_printed(loaded, rules):
    """The statements of `liangjian sql --dialect datafusion`, which also keep every firm's outcomes."""
    connection, statements = loaded
    for statement in statements:
        answer = connection.sql(statement).collect()
    rows = [row for batch in answer for row in zip(*[column.to_pylist() for column in batch.columns])]
    return [[row[1], row[3] + row[4], row[5], int(row[6])] for row in rows]


FORMS = {
    "booleans-10": (load, match),
    "booleans-20": (load, functools.partial(match, size=20)),
    "booleans-50": (load, functools.partial(match, size=50)),
    "booleans-10-joined": (load, functools.partial(match, codes=joined)),
    "printed": (load_declared, match_printed),
}

if __name__ == "__main__":
    run("datafusion", datafusion.__version__, FORMS)
