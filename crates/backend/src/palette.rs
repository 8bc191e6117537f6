//! The command palette: clients, contacts and interactions by a few letters.

use domain::{Choice, MAX_SEARCH, PaletteContact, PaletteHits, PaletteInteraction};

use crate::{
    Actor, Backend, Result,
    access::may,
    search::pattern,
    store::{
        self,
        palette::{Kind, Sought},
    },
    zone,
};

/// Fewer letters are in too many interactions.
const LETTERS: usize = 3;

/// Finds what holds `search`, of what the person may read.
pub async fn search(backend: &Backend, actor: &Actor, search: &str) -> Result<PaletteHits> {
    let search: String = search.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let search: String = search.trim().chars().take(MAX_SEARCH).collect();
    let mut hits = PaletteHits::default();
    if search.is_empty() {
        return Ok(hits);
    }
    let letters = search.chars().filter(|c| c.is_alphanumeric()).count();
    let words = store::timeline::words(&search).filter(|_| letters >= LETTERS && may_read_interactions(actor));
    let pattern = pattern(&search);
    let sought = Sought {
        clients: actor.require::<may::ClientRead>().is_ok(),
        contacts: actor.require::<may::ContactRead>().is_ok(),
        pattern: &pattern,
        // Names that begin with it come first.
        beginning: pattern.trim_start_matches('%'),
        words: words.as_deref(),
    };
    let mut tx = backend.db().read(actor.scope()).await?;
    for hit in store::palette::find(&mut tx, &sought).await? {
        let (name, detail) = (hit.name.unwrap_or_default(), hit.detail.unwrap_or_default());
        match Kind::find(&hit.kind) {
            Kind::Client => hits.clients.push(Choice {
                id: hit.id.into(),
                name,
            }),
            Kind::Contact => hits.contacts.push(PaletteContact {
                contact_id: hit.id.into(),
                name,
                client: detail,
            }),
            Kind::Interaction => hits.interactions.push(PaletteInteraction {
                interaction_id: hit.id.into(),
                title: name,
                icon: hit.icon.unwrap_or_default(),
                client: detail,
                day: hit
                    .date
                    .map_or_else(String::new, |date| zone::day(date, actor.zone, actor.language)),
            }),
        }
    }
    Ok(hits)
}

fn may_read_interactions(actor: &Actor) -> bool {
    actor.require::<may::InteractionRead>().is_ok()
}
