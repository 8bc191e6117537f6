//! Text becomes lines with columns.

use std::borrow::Cow;

use csv::{Reader, ReaderBuilder, StringRecord, Terminator};
use domain::import::{Column, ImportKind, MAX_LINES, Refusal};

/// How many unknown columns are named, and how much of each name.
const IGNORED: usize = 20;
const IGNORED_NAME: usize = 60;

/// A file, as far as its columns are known.
#[derive(Debug)]
pub struct Table {
    pub columns: Vec<Column>,
    /// The heads of the columns that are not.
    pub ignored: Vec<String>,
    pub rows: Vec<Row>,
}

#[derive(Debug)]
pub struct Row {
    /// As editors count them; of a row of several lines the first.
    pub line: u32,
    /// In the order of the columns.
    pub cells: Vec<String>,
    pub has_too_many_cells: bool,
}

impl Row {
    pub fn named<'a>(&'a self, columns: &'a [Column]) -> impl Iterator<Item = (Column, &'a str)> {
        columns.iter().copied().zip(self.cells.iter().map(String::as_str))
    }
}

/// Reads a file. One that is too long is counted to its end, and nothing of it is kept.
pub fn read(kind: ImportKind, text: &str) -> Result<Table, Refusal> {
    let text = &*with_line_feeds(text);
    let (text, skipped, told) = without_hint(text);
    let mut reader = reader(text, told.unwrap_or_else(|| separator(kind, text)));
    let mut record = StringRecord::new();
    // The text is UTF-8 and rows may differ, so there is nothing to fail.
    let mut next = |record: &mut StringRecord| reader.read_record(record).unwrap_or(false);
    if !next(&mut record) {
        return Err(Refusal::Empty);
    }
    let heads = record.clone();
    let found: Vec<Option<Column>> = heads.iter().map(|head| Column::find(kind, head)).collect();
    let columns: Vec<Column> = found.iter().copied().flatten().collect();
    for (n, column) in columns.iter().enumerate() {
        if columns[..n].contains(column) {
            return Err(Refusal::Twice(*column));
        }
    }
    if let Some(missing) = kind.required().iter().find(|column| !columns.contains(column)) {
        return Err(Refusal::Missing(*missing));
    }
    let ignored = heads.iter().zip(&found).filter(|(_, found)| found.is_none());
    let ignored = ignored
        .map(|(head, _)| head.trim().chars().take(IGNORED_NAME).collect::<String>())
        .filter(|head| !head.is_empty())
        .take(IGNORED)
        .collect();

    let mut rows = Vec::new();
    let mut count = 0u32;
    while next(&mut record) {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        count = count.saturating_add(1);
        if count > MAX_LINES {
            rows = Vec::new();
            continue;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let cells = found.iter().enumerate().filter(|(_, column)| column.is_some());
        rows.push(Row {
            line: u32::try_from(line).unwrap_or(u32::MAX).saturating_add(skipped),
            cells: cells
                .map(|(n, _)| one_line(record.get(n).unwrap_or_default()))
                .collect(),
            has_too_many_cells: record.iter().skip(found.len()).any(|cell| !cell.trim().is_empty()),
        });
    }
    match count {
        0 => Err(Refusal::Empty),
        count if count > MAX_LINES => Err(Refusal::TooManyLines(count)),
        _ => Ok(Table { columns, ignored, rows }),
    }
}

/// A line ends with a line feed only, so that lines are counted right; what comes before it is trimmed from the last cell.
fn reader(text: &str, separator: u8) -> Reader<&[u8]> {
    ReaderBuilder::new()
        .delimiter(separator)
        .terminator(Terminator::Any(b'\n'))
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes())
}

/// Old programs end lines with a carriage return alone.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    if text.contains('\n') {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.replace('\r', "\n"))
    }
}

/// A cell may hold line breaks, in an address for one; ours are lines.
fn one_line(cell: &str) -> String {
    let lines = cell.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(", ")
}

/// Excel understands a first line `sep=;`, and some programs write it.
fn without_hint(text: &str) -> (&str, u32, Option<u8>) {
    let hint = text.split_inclusive('\n').next().unwrap_or_default();
    match hint
        .trim_end_matches(['\r', '\n'])
        .strip_prefix("sep=")
        .map(str::as_bytes)
    {
        Some([separator @ (b',' | b';' | b'\t')]) => (&text[hint.len()..], 1, Some(*separator)),
        _ => (text, 0, None),
    }
}

/// The separator by which the head has the most columns that are known, or else the most columns.
fn separator(kind: ImportKind, text: &str) -> u8 {
    let score = |separator: &u8| {
        let mut reader = reader(text, *separator);
        let mut head = StringRecord::new();
        let _ = reader.read_record(&mut head);
        let known = head.iter().filter(|head| Column::find(kind, head).is_some()).count();
        (known, head.len())
    };
    // Of equals the last wins.
    [b'\t', b';', b','].into_iter().max_by_key(score).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let table = read(ImportKind::Clients, text).unwrap();
        table.rows.into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn separators_are_found() {
        for text in [
            "name,city\nAcme,Köln",
            "name;city\r\nAcme;Köln\r\n",
            "name\tcity\nAcme\tKöln\n",
            "sep=;\r\nname;city\r\nAcme;Köln",
            "\"name\",\"city\"\n\"Acme\",Köln",
            "name;\"city\"\n;\n\nAcme;Köln\n;\n",
            "name,city\rAcme,\"Köln\"\r",
            "\"name\",\"city\"\r\n\r\n\"Acme\",\"Köln\"\r\n",
        ] {
            assert_eq!(cells(text), [["Acme", "Köln"]], "{text}");
        }
        assert_eq!(cells("name\nAcme, the first;best"), [["Acme"]]);
        // A separator in a cell of the head is none.
        assert_eq!(cells("\"name\";\"city, town; village\"\nAcme;x"), [["Acme"]]);
    }

    #[test]
    fn quotes_and_line_breaks_within_them() {
        let text = "name,street,city\r\n\"Acme \"\"the best\"\"\",\"Main Street 1\r\nBackyard\",\"Köln, Deutz\"\r\nGlobex,,\r\n";
        let table = read(ImportKind::Clients, text).unwrap();
        assert_eq!(
            table.rows[0].cells,
            ["Acme \"the best\"", "Main Street 1, Backyard", "Köln, Deutz"]
        );
        let lines: Vec<u32> = table.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 4]);
    }

    #[test]
    fn columns_are_named_ignored_or_missed() {
        let table = read(
            ImportKind::Contacts,
            "full_name,Shoe size,E-Mail,,<b>\nAda,37,a@b.example,x,y",
        )
        .unwrap();
        assert_eq!(table.columns, [Column::Name, Column::Email]);
        assert_eq!(table.ignored, ["Shoe size", "<b>"]);
        assert_eq!(table.rows[0].cells, ["Ada", "a@b.example"]);
        let refusal = |text: &str| read(ImportKind::Contacts, text).unwrap_err();
        assert_eq!(refusal("full_name\nAda"), Refusal::Missing(Column::Email));
        assert_eq!(refusal("Ada,ada@acme.example"), Refusal::Missing(Column::Name));
        assert_eq!(refusal("name,email,full_name\nA,b,c"), Refusal::Twice(Column::Name));
        assert_eq!(refusal("name,email\n,\n"), Refusal::Empty);
        assert_eq!(refusal(""), Refusal::Empty);
    }

    #[test]
    fn rows_may_be_shorter_but_not_longer() {
        let table = read(ImportKind::Clients, "name,city\nAcme\nGlobex,Bonn,x\nInitech,Bonn,\n").unwrap();
        let long: Vec<bool> = table.rows.iter().map(|row| row.has_too_many_cells).collect();
        assert_eq!(long, [false, true, false]);
        assert_eq!(table.rows[0].cells, ["Acme", ""]);
    }

    #[test]
    fn a_hundred_thousand_lines_are_counted_and_refused() {
        let text = format!("name\n{}", "Acme\n".repeat(100_000));
        assert_eq!(
            read(ImportKind::Clients, &text).unwrap_err(),
            Refusal::TooManyLines(100_000)
        );
        let text = format!("name\n{}", "Acme\n".repeat(20_000));
        assert_eq!(read(ImportKind::Clients, &text).unwrap().rows.len(), 20_000);
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in any::<String>()) {
            let _ = read(ImportKind::Clients, &text);
            if let Ok(table) = read(ImportKind::Clients, &format!("name,{text}")) {
                prop_assert!(table.rows.iter().all(|row| row.cells.len() == table.columns.len()));
            }
        }

        #[test]
        fn what_is_quoted_comes_back(cell in "[^\u{0}\r\n]{1,40}") {
            prop_assume!(!cell.trim().is_empty());
            let text = format!("name;city\n\"{}\";x", cell.replace('"', "\"\""));
            prop_assert_eq!(cells(&text), vec![vec![cell.trim().to_owned(), "x".to_owned()]]);
        }
    }
}
