use leptos::{html, prelude::*};
use web_sys::{HtmlTextAreaElement, KeyboardEvent};

use crate::{
    i18n::tu_string,
    ui::{Icon, focus, use_text},
};

/// What a tool does with the selected text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tool {
    Bold,
    Italic,
    List,
    Link,
    Code,
}

impl Tool {
    const ALL: [Self; 5] = [Self::Bold, Self::Italic, Self::List, Self::Link, Self::Code];

    fn name(self) -> &'static str {
        match self {
            Self::Bold => "bold",
            Self::Italic => "italic",
            Self::List => "list",
            Self::Link => "link",
            Self::Code => "code",
        }
    }
}

/// Ctrl+B and Ctrl+I in the editor.
pub fn shortcut(event: &KeyboardEvent, node: NodeRef<html::Textarea>) {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || event.shift_key() {
        return;
    }
    let tool = match event.key().as_str() {
        "b" => Tool::Bold,
        "i" => Tool::Italic,
        _ => return,
    };
    event.prevent_default();
    if let Some(editor) = node.get_untracked() {
        apply(&editor, tool);
    }
}

/// Buttons that write Markdown around what is selected. One stop of the tab key; the arrow keys go from one to the next.
#[component]
pub fn Toolbar(id: &'static str, node: NodeRef<html::Textarea>, #[prop(into)] disabled: Signal<bool>) -> impl IntoView {
    let text = use_text();
    let here = RwSignal::new(0usize);
    let button_id = move |tool: Tool| format!("{id}-{}", tool.name());
    let key = move |event: KeyboardEvent| {
        let count = Tool::ALL.len();
        let at = here.get_untracked();
        let next = match event.key().as_str() {
            "ArrowRight" => (at + 1) % count,
            "ArrowLeft" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        here.set(next);
        if let Some(tool) = Tool::ALL.get(next) {
            focus(&button_id(*tool));
        }
    };
    let buttons = Tool::ALL
        .into_iter()
        .enumerate()
        .map(|(at, tool)| {
            let (icon, label) = match tool {
                Tool::Bold => (icondata_lu::LuBold, tu_string!(text, interactions.notes_bold)),
                Tool::Italic => (icondata_lu::LuItalic, tu_string!(text, interactions.notes_italic)),
                Tool::List => (icondata_lu::LuList, tu_string!(text, interactions.notes_list)),
                Tool::Link => (icondata_lu::LuLink, tu_string!(text, interactions.notes_link)),
                Tool::Code => (icondata_lu::LuCode, tu_string!(text, interactions.notes_code)),
            };
            view! {
                <button
                    id=button_id(tool)
                    class="button button-quiet button-icon"
                    type="button"
                    title=label
                    aria-label=label
                    tabindex=move || if here.get() == at { "0" } else { "-1" }
                    disabled=disabled
                    on:click=move |_| {
                        here.set(at);
                        if let Some(editor) = node.get_untracked() {
                            apply(&editor, tool);
                        }
                    }
                >
                    <Icon icon=icon />
                </button>
            }
        })
        .collect_view();
    view! {
        <div
            id=id
            class="notes-tools"
            role="toolbar"
            aria-label=tu_string!(text, interactions.notes_tools)
            on:keydown=key
        >
            {buttons}
        </div>
    }
}

/// Offsets are those of JavaScript, so the text is looked at as it has it.
fn apply(editor: &HtmlTextAreaElement, tool: Tool) {
    let text: Vec<u16> = editor.value().encode_utf16().collect();
    let offset = |place: Result<Option<u32>, _>| place.ok().flatten().unwrap_or_default();
    let (start, end) = (offset(editor.selection_start()), offset(editor.selection_end()));
    let insert = |words: &str, at: u32| {
        let _ = editor.set_range_text_with_start_and_end(words, at, at);
    };
    let select = |from: u32, to: u32| {
        let _ = editor.set_selection_range(from, to);
    };
    match tool {
        Tool::Bold | Tool::Italic | Tool::Code => {
            let (mark, width) = match tool {
                Tool::Bold => ("**", 2),
                Tool::Italic => ("*", 1),
                _ => ("`", 1),
            };
            insert(mark, end);
            insert(mark, start);
            select(start + width, end + width);
        }
        Tool::Link => {
            insert("](https://)", end);
            insert("[", start);
            // The address is what is missing, unless the words are.
            if start == end {
                select(start + 1, start + 1);
            } else {
                select(end + 3, end + 11);
            }
        }
        Tool::List => {
            let starts = line_starts(&text, start as usize, end as usize);
            for at in starts.iter().rev() {
                insert("- ", u32::try_from(*at).unwrap_or(u32::MAX));
            }
            let added = u32::try_from(starts.len() * 2).unwrap_or_default();
            select(start + 2, end + added);
        }
    }
    let _ = editor.focus();
    // As if it had been typed.
    if let Ok(event) = document().create_event("Event") {
        event.init_event_with_bubbles("input", true);
        let _ = editor.dispatch_event(&event);
    }
}

/// Where the lines begin that are touched.
fn line_starts(text: &[u16], start: usize, end: usize) -> Vec<usize> {
    let newline = u16::from(b'\n');
    let first = text
        .get(..start)
        .and_then(|before| before.iter().rposition(|unit| *unit == newline))
        .map_or(0, |at| at + 1);
    let within = text.get(start..end).unwrap_or_default();
    let further = within
        .iter()
        .enumerate()
        .filter(|(at, unit)| **unit == newline && start + at + 1 < end)
        .map(|(at, _)| start + at + 1);
    std::iter::once(first).chain(further).collect()
}

#[cfg(test)]
mod tests {
    use super::line_starts;

    #[test]
    fn lines_are_found_where_javascript_has_them() {
        let text: Vec<u16> = "a😀\nbc\nd".encode_utf16().collect();
        assert_eq!(line_starts(&text, 0, 0), [0]);
        assert_eq!(line_starts(&text, 5, 5), [4]);
        assert_eq!(line_starts(&text, 1, 6), [0, 4]);
        assert_eq!(line_starts(&text, 0, 8), [0, 4, 7]);
        assert_eq!(line_starts(&text, 99, 99), [0]);
    }
}
