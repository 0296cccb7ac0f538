"""ClickHouse, in process as chDB: atoms in a table of their own, then batches of policies over it."""

import functools
import json
import tempfile

import chdb
import pyarrow as pa
from chdb import session
from city import bases, batches, bitwise, has_base, listed, run, sql_atoms, three_valued, total


def load(city):
    connection = session.Session()
    with tempfile.NamedTemporaryFile(suffix=".arrow") as file:
        firms = city.stored()
        with pa.ipc.new_file(file.name, firms.schema) as writer:
            writer.write_table(firms)
        connection.query("CREATE DATABASE IF NOT EXISTS city")
        columns = ", ".join(f"{name} Nullable({kind(of.type)})" for name, of in zip(firms.schema.names, firms.columns))
        connection.query(f"CREATE TABLE city.firms ({columns}) ENGINE = Memory")
        connection.query(f"INSERT INTO city.firms SELECT * FROM file('{file.name}', 'Arrow')")
    return connection


def kind(arrow):
    if pa.types.is_boolean(arrow):
        return "Bool"
    return {"int32": "Int32", "int64": "Int64", "uint16": "UInt16"}[str(arrow)]


def amount(due):
    base = f"toInt64(assumeNotNull(c{due['column']}))"
    fen = f"{base} * {due['numerator']}"
    if due["denominator"] > 1:
        fen = f"intDiv({fen} * 2 + {due['denominator']}, {2 * due['denominator']})"
    return fen if due["cap"] is None else f"least({fen}, {due['cap']})"


def stage(connection, rules, columns):
    """The first step; `columns` reads the atoms as a0, a1, and so on, absent where unknown."""
    atoms = [f"{text} AS a{at}" for at, text in enumerate(sql_atoms(rules, listed, meets="bitAnd({0}, {1}) != 0"))]
    inner = f"SELECT {', '.join(atoms + bases(rules))} FROM city.firms"
    query = f"SELECT {', '.join(columns + bases(rules))} FROM ({inner})"
    connection.query("DROP TABLE IF EXISTS city.atoms SYNC")
    connection.query(f"CREATE TABLE city.atoms ENGINE = Memory AS {query}{SETTINGS}")


def second_step(connection, rules, size, truth_of, sums_of):
    totals = []
    for batch in batches(rules["policies"], size):
        wanted = []
        for policy in batch:
            wanted += sums_of(policy)
            if has_base(policy):
                held, column = truth_of(policy), f"c{policy['due']['column']}"
                wanted.append(f"countIf(({held}) AND {column} IS NULL)")
                wanted.append(f"sumIf({amount(policy['due'])}, ({held}) AND {column} IS NOT NULL)")
        columns = [f"{text} AS w{at}" for at, text in enumerate(wanted)]
        answer = connection.query(f"SELECT {', '.join(columns)} FROM city.atoms{SETTINGS}", "JSONCompact")
        row = iter(json.loads(answer.bytes())["data"][0])
        for policy in batch:
            totals.append(total(policy, *[int(next(row) or 0) for _ in range(4 if has_base(policy) else 2)]))
    return totals


def match(connection, rules, size=50):
    """Nullable booleans."""
    stage(connection, rules, [f"a{at}" for at in range(len(rules["atoms"]))])
    sums = lambda policy: [f"countIf({three_valued(policy)})", f"count() - count(({three_valued(policy)}))"]
    return second_step(connection, rules, size, three_valued, sums)


def match_bytes(connection, rules, size=50):
    """Truth and possibility as two numbers of a byte each: nothing absent in the second step but bases."""
    columns = []
    for at in range(len(rules["atoms"])):
        columns += [f"toUInt8(ifNull(a{at}, 0)) AS t{at}", f"toUInt8(ifNull(a{at}, 1)) AS p{at}"]
    stage(connection, rules, columns)
    held = lambda policy, letter: bitwise(policy, letter, both="bitAnd({}, {})", one_of="bitOr({}, {})")
    sums = lambda policy: [f"sum({held(policy, 't')})", f"sum({held(policy, 'p')}) - sum({held(policy, 't')})"]
    return second_step(connection, rules, size, lambda policy: held(policy, "t"), sums)


# Compiling the expressions costs more than it gives: every batch has new ones.
SETTINGS = (
    " SETTINGS compile_expressions = 0, compile_aggregate_expressions = 0, max_query_size = 100000000,"
    " max_ast_elements = 10000000, max_expanded_ast_elements = 10000000"
)

FORMS = {
    "nullable-50": (load, match),
    "nullable-20": (load, functools.partial(match, size=20)),
    "nullable-200": (load, functools.partial(match, size=200)),
    "bytes-50": (load, match_bytes),
}

if __name__ == "__main__":
    run("clickhouse", f"{chdb.engine_version} (chDB {chdb.__version__})", FORMS)
