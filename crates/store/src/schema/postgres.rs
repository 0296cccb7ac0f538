//! What the schema of our tables defines on PostgreSQL, against the list in `postgres.txt`.
//!
//! The list is what the migrations make; a test compares it with a database they have just made. A line is an
//! object, a tab, and its definition, line breaks written as `\n`, without blanks at its end.

use super::Definitions;
use crate::StoreError;
use sqlx::PgConnection;

/// Relations with their columns, constraints and indexes; triggers and whether they fire; functions with their
/// bodies; rules, policies and heirs of tables. What an extension brought is left out.
const DEFINED: &str = r"
WITH here AS (SELECT current_schema()::regnamespace::oid AS schema, quote_ident(current_schema()) || '.' AS prefix),
relation AS (
    SELECT c.* FROM pg_class c, here
    WHERE c.relnamespace = here.schema AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND NOT EXISTS (SELECT 1 FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT 'relation ' || relname,
       'kind ' || relkind::text || ', persistence ' || relpersistence::text || ', row security ' || relrowsecurity
FROM relation
UNION ALL
SELECT 'column ' || relname || '.' || attname,
       format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
       || coalesce(' collate ' || collname, '') || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
       || CASE WHEN attidentity <> '' OR attgenerated <> '' THEN ' generated' ELSE '' END
FROM relation JOIN pg_attribute a ON a.attrelid = relation.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_collation l ON l.oid = a.attcollation
LEFT JOIN pg_attrdef f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
UNION ALL
SELECT 'constraint ' || relname || '.' || conname, pg_get_constraintdef(k.oid)
FROM relation JOIN pg_constraint k ON k.conrelid = relation.oid AND k.contype <> 'n'
UNION ALL
SELECT 'index ' || i.relname,
       replace(pg_get_indexdef(i.oid), prefix, '') || CASE WHEN x.indisvalid THEN '' ELSE ' (invalid)' END
FROM here, relation JOIN pg_index x ON x.indrelid = relation.oid JOIN pg_class i ON i.oid = x.indexrelid
UNION ALL
SELECT 'trigger ' || relname || '.' || tgname,
       replace(pg_get_triggerdef(t.oid), prefix, '') || ', enabled ' || tgenabled::text
FROM here, relation JOIN pg_trigger t ON t.tgrelid = relation.oid AND NOT t.tgisinternal
UNION ALL
SELECT 'reference of ' || relname || ' by ' || proname, string_agg('enabled ' || tgenabled::text, ', ')
FROM relation JOIN pg_trigger t ON t.tgrelid = relation.oid AND t.tgisinternal JOIN pg_proc p ON p.oid = t.tgfoid
GROUP BY relname, proname
UNION ALL
SELECT 'function ' || proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
       'language ' || lanname || ', security definer ' || prosecdef || ', settings '
       || coalesce(array_to_string(proconfig, ' '), 'none') || ', body ' || prosrc
FROM here, pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = here.schema
  AND NOT EXISTS (SELECT 1 FROM pg_depend d
                  WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'rule ' || relname || '.' || rulename, replace(pg_get_ruledef(r.oid), prefix, '')
FROM here, relation JOIN pg_rewrite r ON r.ev_class = relation.oid
UNION ALL
SELECT 'policy ' || relname || '.' || polname, coalesce(pg_get_expr(polqual, polrelid), 'none')
FROM relation JOIN pg_policy y ON y.polrelid = relation.oid
UNION ALL
SELECT 'heir of ' || relname, string_agg(h.inhrelid::regclass::text, ', ')
FROM relation JOIN pg_inherits h ON h.inhparent = relation.oid
GROUP BY relname
";

/// What the migrations make.
pub fn expected() -> Definitions {
    let lines = include_str!("postgres.txt").lines().filter_map(|line| line.split_once('\t'));
    lines.map(|(object, definition)| (object.to_owned(), definition.to_owned())).collect()
}

/// What the schema defines in which our tables are.
pub async fn found(connection: &mut PgConnection) -> Result<Definitions, StoreError> {
    let rows: Vec<(String, String)> = sqlx::query_as(DEFINED).fetch_all(connection).await?;
    let in_one_line =
        |(object, definition): (String, String)| (object, definition.trim_end().replace('\n', "\\n"));
    Ok(rows.into_iter().map(in_one_line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Transaction;
    use crate::testing::fixtures;

    #[tokio::test]
    async fn the_list_of_definitions_is_what_the_migrations_make() {
        for fixture in fixtures().await {
            let Transaction::Postgres(mut transaction) = fixture.store.database.begin_read().await.unwrap()
            else {
                continue;
            };
            let found = found(&mut transaction).await.unwrap();
            let lines: Vec<String> =
                found.iter().map(|(object, definition)| format!("{object}\t{definition}")).collect();
            assert_eq!(found, expected(), "write these lines into postgres.txt:\n{}\n", lines.join("\n"));
        }
    }
}
