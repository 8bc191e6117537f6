//! What is checked of every request beside its answer.

use percent_encoding::percent_decode_str;

use crate::{Route, SimEvent, request::Request, rules, state::State};

/// The rule that a request breaks although, or because of which, Microsoft answers as it does.
pub(crate) fn broken(state: &State, request: &Request, route: Route, segments: &[&str]) -> Option<&'static str> {
    match (route, segments) {
        (Route::Unknown, ["v1.0", "users", _, "events" | "onlineMeetings", id, rest @ ..]) => {
            let artifact_in_pieces = matches!(rest, ["recordings" | "transcripts", _, _, _, ..]);
            let in_pieces = !rest.is_empty() && !state.knows_id(id);
            (in_pieces || artifact_in_pieces).then_some(rules::UNENCODED_ID)
        }
        (Route::OnlineMeetings, _) => state.unencoded_filter(request).then_some(rules::UNENCODED_FILTER),
        _ => None,
    }
}

impl State {
    /// Whether this is the whole id of an event or a meeting.
    fn knows_id(&self, id: &str) -> bool {
        let of_event = |event: &SimEvent| {
            let copies = event.copies.iter().flat_map(|copy| [&copy.id, &copy.mutable_id]);
            copies.chain([&event.id, &event.mutable_id]).any(|known| known == id)
        };
        self.events.iter().any(of_event) || self.meetings.iter().any(|meeting| meeting.id == id)
    }

    /// The filter was cut off inside of its literal, or holds a link that is only decoded the link of a meeting.
    fn unencoded_filter(&self, request: &Request) -> bool {
        let Ok(mut query) = request.query() else {
            return false;
        };
        let Some(filter) = query.remove("$filter") else {
            return false;
        };
        let cut = filter.matches('\'').count() % 2 == 1;
        cut || self.meetings.iter().any(|meeting| {
            let link = meeting.join_web_url.as_str();
            let decoded = percent_decode_str(link).decode_utf8_lossy();
            decoded != link && filter.contains(&*decoded)
        })
    }
}
