//! Notes: Markdown that people type, shown as HTML. Whatever they typed, the page that shows it stays ours.
//!
//! Two walls stand one behind the other. The first makes HTML from Markdown and takes HTML in it for the text that it is; only web and
//! mail addresses become links. The second, a sanitiser, lets nothing pass but the elements named here, should the first have a hole.

mod blocknote;
mod links;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use domain::{Failure, Field, Language, SafeHtml, text};
use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html};

use crate::{
    Result,
    access::{Grant, may},
};

pub use blocknote::readable;

/// Lists and quotations deeper than this go on at this depth: nobody reads further, and browsers slow down.
const DEEPEST: usize = 12;

/// What a form's notes will look like.
pub async fn preview(grant: &Grant<may::InteractionRead>, notes: &str) -> Result<Option<SafeHtml>> {
    let notes = text::lines(notes, text::MAX_NOTES).map_err(|problem| Failure::field(Field::Notes, problem))?;
    let language = grant.language;
    // The longest take milliseconds, in which this thread answers others.
    let page = tokio::task::spawn_blocking(move || shown(&notes, language)).await;
    Ok(page.map_err(anyhow::Error::from)?)
}

/// Notes as they are shown; nothing when there is nothing to see.
pub fn shown(notes: &str, language: Language) -> Option<SafeHtml> {
    let markdown = readable(notes);
    if markdown.trim().is_empty() {
        return None;
    }
    Some(sanitised(&rendered(&markdown, language)))
}

/// The notes without the line that names the link to join: where it can be used, a button stands for it.
pub fn without_link<'a>(notes: &'a str, join_url: Option<&str>) -> std::borrow::Cow<'a, str> {
    match join_url {
        Some(url) => notes
            .replace(&format!("Join Teams Meeting: {url}"), "")
            .trim_end()
            .to_owned()
            .into(),
        None => notes.into(),
    }
}

/// The first wall.
fn rendered(markdown: &str, language: Language) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut events = Vec::new();
    let mut writer = Writer {
        out: &mut events,
        hint: new_tab(language),
        links: Vec::new(),
        is_code: false,
        is_html: false,
        blocks: Vec::new(),
    };
    for event in TextMergeStream::new(Parser::new_ext(markdown, options)) {
        writer.event(event);
    }
    let mut page = String::with_capacity(markdown.len() * 2);
    html::push_html(&mut page, events.into_iter());
    page
}

/// Turns what Markdown means into what is shown of it.
struct Writer<'a, 'b> {
    out: &'b mut Vec<Event<'a>>,
    /// "opens in a new tab".
    hint: &'static str,
    /// For each link and image that is open whether it became a link.
    links: Vec<bool>,
    is_code: bool,
    /// Within HTML that was typed, behind its first line.
    is_html: bool,
    /// For each list, item and quotation that is open whether it is shown as one.
    blocks: Vec<bool>,
}

impl<'a> Writer<'a, '_> {
    fn event(&mut self, event: Event<'a>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Html(line) => {
                if self.is_html {
                    self.out.push(Event::HardBreak);
                }
                self.is_html = true;
                self.plain(&line);
            }
            Event::InlineHtml(text) => self.plain(&text),
            Event::Text(text) if self.is_code || self.links.contains(&true) => self.out.push(Event::Text(text)),
            Event::Text(text) => self.text(&text),
            // In notes that were never Markdown a line is a line.
            Event::SoftBreak => self.out.push(Event::HardBreak),
            Event::TaskListMarker(done) => {
                let mark = if done { "☑" } else { "☐" };
                self.raw(format!("<span class=\"task\">{mark}</span> "));
            }
            Event::FootnoteReference(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
            other => self.out.push(other),
        }
    }

    fn raw(&mut self, html: String) {
        self.out.push(Event::InlineHtml(CowStr::from(html)));
    }

    /// HTML that was typed.
    fn plain(&mut self, text: &str) {
        for (n, line) in text.trim_end_matches('\n').split('\n').enumerate() {
            if n > 0 {
                self.out.push(Event::HardBreak);
            }
            self.out.push(Event::Text(CowStr::from(line.to_owned())));
        }
    }

    /// Text in which addresses become links.
    fn text(&mut self, text: &str) {
        for part in links::parts(text) {
            match part {
                links::Part::Text(text) => self.out.push(Event::Text(CowStr::from(text.to_owned()))),
                links::Part::Address(address) => {
                    self.open_link(address);
                    self.out.push(Event::Text(CowStr::from(address.to_owned())));
                    self.close_link();
                }
            }
        }
    }

    fn open_link(&mut self, address: &str) {
        self.raw(format!("<a href=\"{}\">", escaped(address)));
    }

    fn close_link(&mut self) {
        let hint = format!("<span class=\"visually-hidden\"> ({})</span></a>", escaped(self.hint));
        self.raw(hint);
    }

    fn start(&mut self, tag: Tag<'a>) {
        match tag {
            Tag::Link {
                link_type, dest_url, ..
            }
            | Tag::Image {
                link_type, dest_url, ..
            } => {
                let dest_url = match link_type {
                    LinkType::Email => CowStr::from(format!("mailto:{dest_url}")),
                    _ => dest_url,
                };
                // A link within a link, or an address of another kind, is only its text.
                let is_link = !self.links.contains(&true) && links::is_allowed(&dest_url);
                if is_link {
                    self.open_link(&dest_url);
                }
                self.links.push(is_link);
            }
            // The page has its own heads above: the title, and "Notes".
            Tag::Heading { level, .. } => self.out.push(Event::Start(Tag::Heading {
                level: below(level),
                id: None,
                classes: Vec::new(),
                attrs: Vec::new(),
            })),
            Tag::HtmlBlock => {
                self.is_html = false;
                self.out.push(Event::Start(Tag::Paragraph));
            }
            Tag::CodeBlock(kind) => {
                self.is_code = true;
                self.out.push(Event::Start(Tag::CodeBlock(kind)));
            }
            Tag::List(_) | Tag::Item | Tag::BlockQuote(_) => {
                let is_shown = self.blocks.len() < DEEPEST * 2;
                self.blocks.push(is_shown);
                if is_shown {
                    // The kinds of quotations that some services know are quotations here.
                    let tag = if let Tag::BlockQuote(_) = tag {
                        Tag::BlockQuote(None)
                    } else {
                        tag
                    };
                    self.out.push(Event::Start(tag));
                }
            }
            other => self.out.push(Event::Start(other)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Link | TagEnd::Image => {
                if self.links.pop() == Some(true) {
                    self.close_link();
                }
            }
            TagEnd::Heading(level) => self.out.push(Event::End(TagEnd::Heading(below(level)))),
            TagEnd::HtmlBlock => self.out.push(Event::End(TagEnd::Paragraph)),
            TagEnd::CodeBlock => {
                self.is_code = false;
                self.out.push(Event::End(tag));
            }
            TagEnd::List(_) | TagEnd::Item | TagEnd::BlockQuote(_) => {
                if self.blocks.pop() == Some(true) {
                    let tag = if let TagEnd::BlockQuote(_) = tag {
                        TagEnd::BlockQuote(None)
                    } else {
                        tag
                    };
                    self.out.push(Event::End(tag));
                }
            }
            other => self.out.push(Event::End(other)),
        }
    }
}

fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
    html
}

/// "opens in a new tab", from the words of the interface.
fn new_tab(language: Language) -> &'static str {
    static WORDS: LazyLock<[String; 3]> = LazyLock::new(|| {
        [
            include_str!("../../../../locales/en/common.json"),
            include_str!("../../../../locales/de/common.json"),
            include_str!("../../../../locales/fr/common.json"),
        ]
        .map(|json| {
            let words: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
            words["new_tab"].as_str().unwrap_or_default().to_owned()
        })
    });
    let [english, german, french] = &*WORDS;
    match language {
        Language::En => english,
        Language::De => german,
        Language::Fr => french,
    }
}

/// The second wall.
static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder
        .tags(HashSet::from([
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "li",
            "ol",
            "p",
            "pre",
            "span",
            "strong",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .allowed_classes(HashMap::from([("span", HashSet::from(["task", "visually-hidden"]))]))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(links::SCHEMES))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .set_tag_attribute_value("a", "target", "_blank");
    builder
});

#[expect(clippy::disallowed_methods, reason = "this is the sanitiser")]
fn sanitised(html: &str) -> SafeHtml {
    SafeHtml::from_sanitiser(SANITISER.clean(html).to_string())
}
