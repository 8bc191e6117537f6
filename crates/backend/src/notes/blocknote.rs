//! Notes that the peer product's editor (`BlockNote`) wrote: JSON, a list of blocks. They are read as Markdown.

use std::{borrow::Cow, fmt::Write};

use serde_json::{Deserializer, Value};

/// Deeper blocks are left out.
const DEEPEST: usize = 12;

/// Notes as Markdown: those of `BlockNote` are translated, others are it already.
pub fn readable(notes: &str) -> Cow<'_, str> {
    let text = notes.trim_start();
    if !text.starts_with('[') {
        return notes.into();
    }
    let mut values = Deserializer::from_str(text).into_iter::<Vec<Value>>();
    let Some(Ok(blocks)) = values.next() else {
        return notes.into();
    };
    let is_block = |block: &Value| block.get("type").is_some_and(Value::is_string);
    if blocks.is_empty() || !blocks.iter().all(is_block) {
        return notes.into();
    }
    let mut out = String::new();
    write_blocks(&mut out, &blocks, 0);
    // The peer appends the link to join to whatever is there.
    let rest = text.get(values.byte_offset()..).unwrap_or_default().trim();
    format!("{}\n\n{rest}", out.trim()).trim().to_owned().into()
}

fn write_blocks(out: &mut String, blocks: &[Value], depth: usize) {
    let mut number = 0u32;
    // What is inside of an item of a list goes on with it.
    let mut last = if depth > 0 { "bulletListItem" } else { "" };
    for block in blocks {
        let kind = block["type"].as_str().unwrap_or_default();
        // The items of a list stand together.
        let goes_on = is_item(kind) && is_item(last);
        if !out.is_empty() && !goes_on {
            out.push('\n');
        }
        number = if kind == "numberedListItem" { number + 1 } else { 0 };
        last = kind;
        let indent = "    ".repeat(depth);
        let content = inline(&block["content"], depth);
        let props = &block["props"];
        match kind {
            "heading" => {
                let level = props["level"].as_u64().unwrap_or(1).clamp(1, 6);
                let marks = "######".get(..usize::try_from(level).unwrap_or(1)).unwrap_or("#");
                line(out, &indent, &format!("{marks} "), &content);
            }
            "bulletListItem" | "toggleListItem" => line(out, &indent, "- ", &content),
            "numberedListItem" => line(out, &indent, &format!("{number}. "), &content),
            "checkListItem" => {
                let mark = if props["checked"].as_bool().unwrap_or_default() {
                    "x"
                } else {
                    " "
                };
                line(out, &indent, &format!("- [{mark}] "), &content);
            }
            "quote" => line(out, &indent, "> ", &content),
            "codeBlock" => {
                let text = plain(&block["content"], depth);
                let fence = "`".repeat(3.max(longest_run(&text) + 1));
                let _ = writeln!(out, "{indent}{fence}");
                for text in text.lines() {
                    let _ = writeln!(out, "{indent}{text}");
                }
                let _ = writeln!(out, "{indent}{fence}");
            }
            "table" => table(out, &block["content"], depth),
            _ => {
                let file = props["url"].as_str().unwrap_or_default();
                let name = props["name"]
                    .as_str()
                    .or_else(|| props["caption"].as_str())
                    .unwrap_or(file);
                if content.is_empty() && !file.is_empty() {
                    line(out, &indent, "", &link(&escaped(name), file));
                } else {
                    line(out, &indent, "", &guarded(&content));
                }
            }
        }
        if let Some(children) = block["children"].as_array().filter(|_| depth < DEEPEST) {
            // Only items of lists can hold something in Markdown.
            write_blocks(out, children, if is_item(kind) { depth + 1 } else { depth });
        }
    }
}

fn is_item(kind: &str) -> bool {
    kind.ends_with("ListItem")
}

/// A block; line breaks within it stay in it.
fn line(out: &mut String, indent: &str, mark: &str, content: &str) {
    let hang = if mark == "> " {
        "> ".to_owned()
    } else {
        " ".repeat(mark.len())
    };
    for (n, text) in content.split('\n').enumerate() {
        let mark = if n == 0 { mark } else { &hang };
        let _ = writeln!(out, "{}", format!("{indent}{mark}{text}").trim_end());
    }
}

fn table(out: &mut String, content: &Value, depth: usize) {
    let rows = content["rows"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (n, row) in rows.iter().enumerate() {
        let cells = row["cells"].as_array().map(Vec::as_slice).unwrap_or_default();
        let cells: Vec<String> = cells
            .iter()
            // A cell is its content, or an object around it.
            .map(|cell| {
                inline(
                    if cell["content"].is_null() {
                        cell
                    } else {
                        &cell["content"]
                    },
                    depth,
                )
            })
            .map(|cell| cell.replace('\n', " ").replace('|', r"\|"))
            .collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
        if n == 0 {
            let _ = writeln!(out, "|{}", " --- |".repeat(cells.len()));
        }
    }
}

/// What stands in a block: text, or pieces of it with styles, or links.
fn inline(content: &Value, depth: usize) -> String {
    match content {
        Value::String(text) => escaped(text),
        Value::Array(pieces) if depth <= DEEPEST => pieces.iter().map(|piece| styled(piece, depth)).collect(),
        _ => String::new(),
    }
}

fn styled(piece: &Value, depth: usize) -> String {
    if let Some(href) = piece["href"].as_str() {
        return link(&inline(&piece["content"], depth + 1), href);
    }
    let Some(text) = piece["text"].as_str().or_else(|| piece["props"]["text"].as_str()) else {
        // Something of a plugin: what it says is better than nothing.
        let said = &piece["props"];
        let said = ["displayName", "username", "name", "label"]
            .iter()
            .find_map(|name| said[name].as_str());
        return said.map(|said| escaped(&format!("@{said}"))).unwrap_or_default();
    };
    let is = |style: &str| piece["styles"][style].as_bool().unwrap_or_default();
    let (start, words, end) = around(text);
    if words.is_empty() {
        return text.to_owned();
    }
    let mut styled = if is("code") && !words.contains(['`', '\n']) {
        format!("`{words}`")
    } else {
        escaped(words)
    };
    for (style, mark) in [("strike", "~~"), ("italic", "*"), ("bold", "**")] {
        if is(style) {
            styled = format!("{mark}{styled}{mark}");
        }
    }
    format!("{start}{styled}{end}")
}

/// White space at the edges: within the marks of a style it would make them text.
fn around(text: &str) -> (&str, &str, &str) {
    let words = text.trim();
    let start = text.len() - text.trim_start().len();
    let (start, rest) = text.split_at(start);
    (start, words, rest.get(words.len()..).unwrap_or_default())
}

fn plain(content: &Value, depth: usize) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(pieces) if depth <= DEEPEST => pieces
            .iter()
            .map(|piece| {
                piece["text"]
                    .as_str()
                    .map_or_else(|| plain(&piece["content"], depth + 1), str::to_owned)
            })
            .collect(),
        _ => String::new(),
    }
}

fn link(words: &str, href: &str) -> String {
    if href.contains(['<', '>', '\n']) {
        return words.to_owned();
    }
    format!("[{words}](<{href}>)")
}

/// Text that means nothing in Markdown.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '`' | '~') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A paragraph whose first character would make it something else.
fn guarded(content: &str) -> String {
    let is_marked = content.starts_with(['#', '>', '-', '+', '=', '|']);
    let digits = content.bytes().take_while(u8::is_ascii_digit).count();
    let is_numbered = digits > 0 && content.get(digits..).is_some_and(|rest| rest.starts_with(['.', ')']));
    if is_marked {
        format!("\\{content}")
    } else if is_numbered {
        let (number, rest) = content.split_at(digits);
        format!("{number}\\{rest}")
    } else {
        content.to_owned()
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}
