use domain::import::{Column, LineProblem, Outcome, PreviewRow};
use leptos::prelude::*;

use crate::{
    i18n::{tu, tu_string},
    ui::{Badge, Tone, field_name, problem_text, use_text},
};

/// What is wrong, line by line, with what to do about it.
#[component]
pub fn Problems(problems: Vec<LineProblem>, more: u32) -> impl IntoView {
    let text = use_text();
    let rows = problems.into_iter().map(|LineProblem { line, field, problem }| {
        view! {
            <tr>
                <th scope="row" class="column-line">
                    {line}
                </th>
                <td>{field_name(text, field)}</td>
                <td>{problem_text(text, &problem)}</td>
            </tr>
        }
    });
    let more = (more > 0).then(|| {
        view! {
            <p id="import-more-problems" class="table-foot">
                {tu_string!(text, import.more, count = more)}
            </p>
        }
    });
    view! {
        <section aria-labelledby="import-problems-title">
            <h2 id="import-problems-title">{tu!(text, import.problems_title)}</h2>
            <table id="import-problems" class="table table-small">
                <thead>
                    <tr>
                        <th scope="col">{tu!(text, import.line)}</th>
                        <th scope="col">{tu!(text, import.column)}</th>
                        <th scope="col">{tu!(text, import.problem)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
            {more}
        </section>
    }
}

/// The first lines, with what becomes of each.
#[component]
pub fn Rows(columns: Vec<Column>, rows: Vec<PreviewRow>) -> impl IntoView {
    let text = use_text();
    let heads = columns
        .into_iter()
        .map(|column| view! { <th scope="col">{field_name(text, column.field())}</th> });
    let rows = rows.into_iter().map(|PreviewRow { line, outcome, cells }| {
        let (tone, icon, words) = match outcome {
            Outcome::Added => (Tone::Good, icondata_lu::LuPlus, tu_string!(text, import.out_added)),
            Outcome::Updated => (
                Tone::Accent,
                icondata_lu::LuPencil,
                tu_string!(text, import.out_updated),
            ),
            Outcome::Unchanged => (
                Tone::Neutral,
                icondata_lu::LuCheck,
                tu_string!(text, import.out_unchanged),
            ),
            Outcome::Wrong => (
                Tone::Bad,
                icondata_lu::LuCircleAlert,
                tu_string!(text, import.out_wrong),
            ),
        };
        let cells = cells.into_iter().map(|cell| view! { <td>{cell}</td> });
        view! {
            <tr>
                <th scope="row" class="column-line">
                    {line}
                </th>
                <td>
                    <Badge tone=tone icon=icon text=words />
                </td>
                {cells.collect_view()}
            </tr>
        }
    });
    view! {
        <section aria-labelledby="import-rows-title">
            <h2 id="import-rows-title">{tu!(text, import.rows_title)}</h2>
            <div class="table-scroll" role="region" aria-labelledby="import-rows-title" tabindex="0">
                <table id="import-rows" class="table table-small">
                    <thead>
                        <tr>
                            <th scope="col">{tu!(text, import.line)}</th>
                            <th scope="col">{tu!(text, import.outcome)}</th>
                            {heads.collect_view()}
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </section>
    }
}
