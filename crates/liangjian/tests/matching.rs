//! Matching, explaining, simulating and printing rules, as somebody at a terminal does; and the printed SQL
//! against the engine in DuckDB and PostgreSQL.

mod matching {
    pub mod commands;
    pub mod databases;
    pub mod facts;
    pub mod functions;
    pub mod population;
}
