use super::*;

fn html(notes: &str) -> String {
    shown(notes, Language::En)
        .map(SafeHtml::into_string)
        .unwrap_or_default()
}

/// A link as it is shown.
fn link(href: &str, text: &str) -> String {
    format!(
        "<a href=\"{href}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">{text}<span class=\"visually-hidden\"> (opens in a \
         new tab)</span></a>"
    )
}

#[test]
fn what_markdown_means_is_shown() {
    let cases = [
        (
            "**bold** and *italic* and ~~gone~~",
            "<p><strong>bold</strong> and <em>italic</em> and <del>gone</del></p>",
        ),
        ("# One\n\n###### Six", "<h3>One</h3>\n<h6>Six</h6>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", "<ol start=\"3\">\n<li>a</li>\n<li>b</li>\n</ol>"),
        (
            "- [x] done\n- [ ] open",
            "<ul>\n<li><span class=\"task\">☑</span> done</li>\n<li><span class=\"task\">☐</span> open</li>\n</ul>",
        ),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("```sh\nls | less\n```", "<pre><code>ls | less\n</code></pre>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        (
            "| a |\n|---|\n| b |",
            "<table><thead><tr><th>a</th></tr></thead><tbody>\n<tr><td>b</td></tr>\n</tbody></table>",
        ),
    ];
    for (markdown, expected) in cases {
        assert_eq!(html(markdown).trim_end(), expected, "{markdown}");
    }
}

#[test]
fn notes_that_were_never_markdown_stay_as_they_look() {
    assert_eq!(html("First line\nSecond line"), "<p>First line<br>\nSecond line</p>\n");
    assert_eq!(html("5 < 6 & \"so\" on"), "<p>5 &lt; 6 &amp; \"so\" on</p>\n");
    assert_eq!(html("snake_case_name"), "<p>snake_case_name</p>\n");
    assert_eq!(shown(" \n\t", Language::En), None);
}

#[test]
fn web_and_mail_addresses_become_links() {
    let url = "https://teams.example/l/meetup-join/19%3ameeting_a_b%40thread.v2/0?context=%7b%22Tid%22%7d";
    let cases = [
        ("[site](https://x.example)", link("https://x.example", "site")),
        (
            "<https://x.example/a>",
            link("https://x.example/a", "https://x.example/a"),
        ),
        ("<ada@x.example>", link("mailto:ada@x.example", "ada@x.example")),
        (
            "![plan](https://x.example/p.png)",
            link("https://x.example/p.png", "plan"),
        ),
        (
            "(see https://x.example/a_(b).)",
            format!("(see {}.)", link("https://x.example/a_(b)", "https://x.example/a_(b)")),
        ),
        (
            &format!("Join Teams Meeting: {url}"),
            format!("Join Teams Meeting: {}", link(url, url)),
        ),
    ];
    for (markdown, expected) in cases {
        assert_eq!(html(markdown), format!("<p>{expected}</p>\n"), "{markdown}");
    }
    assert!(
        shown("<https://x.example>", Language::De)
            .unwrap()
            .as_str()
            .contains("(öffnet")
    );
    assert_eq!(html("`https://x.example`"), "<p><code>https://x.example</code></p>\n");
}

#[test]
fn html_is_text_and_other_addresses_are_no_links() {
    let cases = [
        (
            "<script>alert(1)</script>",
            "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
        ),
        ("a <b>bold</b> b", "<p>a &lt;b&gt;bold&lt;/b&gt; b</p>"),
        (
            "<img src=x onerror=alert(1)>",
            "<p>&lt;img src=x onerror=alert(1)&gt;</p>",
        ),
        ("<svg/onload=alert(1)>", "<p>&lt;svg/onload=alert(1)&gt;</p>"),
        ("<!-- secret -->", "<p>&lt;!-- secret --&gt;</p>"),
        (
            "<iframe srcdoc='<script>x</script>'>",
            "<p>&lt;iframe srcdoc='&lt;script&gt;x&lt;/script&gt;'&gt;</p>",
        ),
        (
            "<div>\n<style>*{}</style>\n</div>",
            "<p>&lt;div&gt;<br>\n&lt;style&gt;*{}&lt;/style&gt;<br>\n&lt;/div&gt;</p>",
        ),
        ("[x](javascript:alert(1))", "<p>x</p>"),
        ("[x](JaVaScRiPt:alert(1))", "<p>x</p>"),
        ("[x](java&#10;script:alert(1))", "<p>x</p>"),
        ("[x](<java script:alert(1)>)", "<p>x</p>"),
        ("[x](&#106;avascript:alert(1))", "<p>x</p>"),
        ("[x](data:text/html;base64,PHNjcmlwdD4=)", "<p>x</p>"),
        ("[x](vbscript:x)", "<p>x</p>"),
        ("[x](//evil.example)", "<p>x</p>"),
        ("[x](/msp/clients)", "<p>x</p>"),
        ("<javascript:alert(1)>", "<p>javascript:alert(1)</p>"),
        ("![x](javascript:alert(1))", "<p>x</p>"),
        ("[x][1]\n\n[1]: javascript:alert(1)", "<p>x</p>"),
        ("```\"><script>\nx\n```", "<pre><code>x\n</code></pre>"),
        (
            "# x {#id .class onclick=alert(1)}",
            "<h3>x {#id .class onclick=alert(1)}</h3>",
        ),
        ("&lt;script&gt;", "<p>&lt;script&gt;</p>"),
    ];
    for (markdown, expected) in cases {
        assert_eq!(html(markdown).trim_end(), expected, "{markdown}");
    }
    // What would end the attribute is part of the address, and an address within a link makes no second one.
    assert_eq!(
        html("[x](https://x.example/\"onmouseover=\"alert(1))"),
        format!(
            "<p>{}</p>\n",
            link("https://x.example/&quot;onmouseover=&quot;alert(1)", "x")
        )
    );
    assert_eq!(
        html("[https://a.example](https://b.example)"),
        format!("<p>{}</p>\n", link("https://b.example", "https://a.example"))
    );
}

#[test]
fn the_second_wall_stands_by_itself() {
    let cases = [
        ("<script>alert(1)</script>x", "x"),
        ("<img src=x onerror=alert(1)>", ""),
        (
            "<a href=\"javascript:alert(1)\">x</a>",
            "<a target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>",
        ),
        (
            "<a href=\"/msp\" onclick=\"x()\">x</a>",
            "<a target=\"_blank\" rel=\"noopener noreferrer nofollow\">x</a>",
        ),
        (
            "<p id=\"content\" style=\"position:fixed\" class=\"dialog\">x</p>",
            "<p>x</p>",
        ),
        ("<span class=\"dialog task\">x</span>", "<span class=\"task\">x</span>"),
        ("<form action=\"/api\"><button>x</button></form>", "x"),
        ("<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>", ""),
    ];
    for (html, expected) in cases {
        assert_eq!(sanitised(html).as_str(), expected, "{html}");
    }
}

#[test]
fn whatever_is_typed_is_answered_soon() {
    let start = std::time::Instant::now();
    for pattern in [
        "> ",
        "- ",
        "[",
        "![",
        "*",
        "_a",
        "<",
        "`",
        "|a",
        "https://a ",
        "1. ",
        "&",
        "\\",
        "  - a\n",
        "[a](",
        "**a ",
    ] {
        let notes: String = pattern.chars().cycle().take(text::MAX_NOTES).collect();
        let _ = html(&notes);
    }
    // Unoptimised, and beside other tests: a pattern that took its square would be at it for much longer.
    assert!(start.elapsed().as_secs() < 120, "{:?}", start.elapsed());
}

#[test]
fn the_link_to_join_is_left_out_where_a_button_stands_for_it() {
    let url = "https://teams.example/j";
    let notes = format!("Agenda\n\nJoin Teams Meeting: {url}");
    assert_eq!(without_link(&notes, Some(url)), "Agenda");
    assert_eq!(without_link(&notes, None), notes);
}

#[test]
fn blocks_of_the_peers_editor_are_read() {
    let notes = serde_json::json!([
        {"id": "1", "type": "heading", "props": {"level": 2}, "content": [{"type": "text", "text": "Plan", "styles": {}}], "children": []},
        {"type": "paragraph", "content": [
            {"type": "text", "text": "Call ", "styles": {}},
            {"type": "text", "text": "Ada ", "styles": {"bold": true, "italic": true}},
            {"type": "text", "text": "about *stars* & <b>", "styles": {}},
            {"type": "link", "href": "https://x.example/a", "content": [{"type": "text", "text": "site", "styles": {}}]}]},
        {"type": "bulletListItem", "content": [{"type": "text", "text": "one", "styles": {}}],
         "children": [{"type": "numberedListItem", "content": [{"type": "text", "text": "inner", "styles": {"code": true}}]}]},
        {"type": "checkListItem", "props": {"checked": true}, "content": [{"type": "text", "text": "done", "styles": {}}]},
        {"type": "codeBlock", "content": [{"type": "text", "text": "a\nb", "styles": {}}]},
        {"type": "table", "content": {"type": "tableContent", "rows": [
            {"cells": [[{"type": "text", "text": "h|1", "styles": {}}]]},
            {"cells": [{"type": "tableCell", "content": [{"type": "text", "text": "c", "styles": {}}]}]}]}},
        {"type": "paragraph", "content": [{"type": "text", "text": "1. not a list", "styles": {}}]},
        {"type": "paragraph", "content": "plain"}
    ])
    .to_string();
    let expected = "## Plan\n\nCall ***Ada*** about \\*stars\\* & \\<b>[site](<https://x.example/a>)\n\n- one\n    1. `inner`\n- [x] done\n\n\
                    ```\na\nb\n```\n\n| h\\|1 |\n| --- |\n| c |\n\n1\\. not a list\n\nplain";
    assert_eq!(readable(&notes), expected);
    assert_eq!(
        readable(&format!("{notes}\n\nJoin Teams Meeting: https://t.example")),
        format!("{expected}\n\nJoin Teams Meeting: https://t.example")
    );
    let shown = html(&notes);
    assert!(
        shown.contains("<h4>Plan</h4>")
            && shown.contains("<strong>")
            && shown.contains("about *stars* &amp; &lt;b&gt;"),
        "{shown}"
    );
}

#[test]
fn what_only_looks_like_blocks_is_left_alone() {
    for notes in [
        "[1, 2]",
        "[]",
        "[ ] buy milk",
        "[{\"a\": 1}]",
        "[{\"type\": 1}]",
        "[link](https://x.example)",
        "[{\"type\": \"p\"",
    ] {
        assert_eq!(readable(notes), notes);
    }
}
