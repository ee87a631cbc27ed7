//! Reading and writing a room's tables: values in, values out.

use worker::{SqlStorage, SqlStorageValue};

/// A room's tables.
pub struct Tables(SqlStorage);

/// One row of an answer.
pub struct Row(Vec<SqlStorageValue>);

impl Tables {
    /// The tables of a room.
    #[must_use]
    pub fn new(sql: SqlStorage) -> Self {
        Self(sql)
    }

    /// Executes a statement, or several without values.
    pub fn run(&self, query: &str, values: Vec<SqlStorageValue>) -> worker::Result<()> {
        self.0.exec(query, values).map(|_| ())
    }

    /// All rows of an answer.
    pub fn rows(&self, query: &str, values: Vec<SqlStorageValue>) -> worker::Result<Vec<Row>> {
        self.0
            .exec(query, values)?
            .raw()
            .map(|row| row.map(Row))
            .collect()
    }

    /// The first row of an answer.
    pub fn first(&self, query: &str, values: Vec<SqlStorageValue>) -> worker::Result<Option<Row>> {
        self.0
            .exec(query, values)?
            .raw()
            .next()
            .map(|row| row.map(Row))
            .transpose()
    }
}

impl Row {
    /// The text in a column, counted from 0.
    pub fn text(&self, column: usize) -> worker::Result<&str> {
        match self.0.get(column) {
            Some(SqlStorageValue::String(text)) => Ok(text),
            _ => Err(format!("column {column} is not a text").into()),
        }
    }

    /// The text in a column that may be empty.
    pub fn optional_text(&self, column: usize) -> worker::Result<Option<&str>> {
        match self.0.get(column) {
            Some(SqlStorageValue::Null) => Ok(None),
            _ => self.text(column).map(Some),
        }
    }

    /// The whole number in a column that may be empty.
    pub fn optional_int(&self, column: usize) -> worker::Result<Option<u64>> {
        match self.0.get(column) {
            Some(SqlStorageValue::Null) => Ok(None),
            _ => self.int(column).map(Some),
        }
    }

    /// The whole number in a column, counted from 0.
    pub fn int(&self, column: usize) -> worker::Result<u64> {
        match self.0.get(column) {
            Some(SqlStorageValue::Integer(int)) if *int >= 0 => Ok(int.unsigned_abs()),
            _ => Err(format!("column {column} is not a whole number").into()),
        }
    }
}

/// A whole number as a value. Times, days and sequence numbers stay far below
/// JavaScript's largest safe integer.
#[must_use]
pub fn int(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}
