use domain::schedule::{EntryKind, EntryMark, ScheduleBlock};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use crate::{
    i18n::tu_string,
    paths,
    ui::{I18n, Icon, use_text},
};

/// The title, or that somebody is busy.
pub fn title_of(text: I18n, block: &ScheduleBlock) -> String {
    if block.kind == EntryKind::Busy {
        tu_string!(text, schedule.busy).to_owned()
    } else {
        block.title.clone()
    }
}

fn kind_class(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Plain => "is-plain",
        EntryKind::Interaction => "is-client",
        EntryKind::Requested => "is-requested",
        EntryKind::Appointment => "is-appointment",
        EntryKind::Work => "is-work",
        EntryKind::Busy => "is-busy",
    }
}

/// How an entry looks: by what it is, whose it is, and how it stands with it.
pub fn look(block: &ScheduleBlock) -> String {
    let mut class = format!("{} colour-{}", kind_class(block.kind), block.colour);
    for (mark, name) in [
        (EntryMark::Cancelled, " is-cancelled"),
        (EntryMark::Over, " is-over"),
        (EntryMark::Began, " has-begun"),
        (EntryMark::GoesOn, " goes-on"),
    ] {
        if block.is(mark) {
            class.push_str(name);
        }
    }
    class
}

/// What those hear who do not see the block.
pub fn said(text: I18n, block: &ScheduleBlock) -> String {
    let mut parts = vec![title_of(text, block), block.time.clone()];
    parts.extend(block.client.clone());
    parts.extend(block.people.iter().cloned());
    parts.extend(marks(text, block).into_iter().map(str::to_owned));
    parts.join(", ")
}

fn marks(text: I18n, block: &ScheduleBlock) -> Vec<&'static str> {
    [
        (block.meeting.is_some(), tu_string!(text, schedule.with_meeting)),
        (block.kind == EntryKind::Requested, tu_string!(text, schedule.requested)),
        (
            block.is(EntryMark::Private) && block.kind != EntryKind::Busy,
            tu_string!(text, schedule.is_private),
        ),
        (block.is(EntryMark::Recurs), tu_string!(text, schedule.recurs)),
        (block.is(EntryMark::Cancelled), tu_string!(text, schedule.is_cancelled)),
    ]
    .into_iter()
    .filter_map(|(holds, words)| holds.then_some(words))
    .collect()
}

/// The marks as icons.
pub fn mark_icons(block: &ScheduleBlock) -> impl IntoView + use<> {
    let icons = [
        (block.meeting.is_some(), icondata_lu::LuVideo),
        (block.kind == EntryKind::Requested, icondata_lu::LuHourglass),
        (block.is(EntryMark::Private), icondata_lu::LuLock),
        (block.is(EntryMark::Recurs), icondata_lu::LuRepeat2),
    ];
    let icons = icons
        .into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, icon)| view! { <Icon icon=icon /> })
        .collect_view();
    view! { <span class="cal-marks">{icons}</span> }
}

/// A small block on one line, as months and long entries have it.
pub fn chip(block: &ScheduleBlock, with_time: bool, prefix: &'static str) -> impl IntoView + use<> {
    let text = use_text();
    let location = use_location();
    let id = block.entry_id.to_string();
    let href = move || paths::here_with(&location, &[("entry", Some(&id))]);
    let time = (with_time && !block.is(EntryMark::Began))
        .then(|| view! { <span class="chip-time">{block.begins.clone()}</span> });
    let (key, class) = (format!("{prefix}-{}", block.key), format!("cal-chip {}", look(block)));
    let (label, icons) = (said(text, block), mark_icons(block));
    view! {
        <a id=key class=class href=href data-noscroll="" aria-label=label>
            {time}
            <span class="chip-title">{title_of(text, block)}</span>
            {icons}
        </a>
    }
}
