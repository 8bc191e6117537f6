//! What a file of contacts would do. A contact is recognised by the address, a client by its name.

use std::collections::{HashMap, HashSet};

use domain::{
    Field, FieldError, Problem,
    import::{ContactLine, Outcome, contact_line},
};
use uuid::Uuid;

use super::{
    plan::{Plan, Seen, by_place, differs},
    table::{Row, Table},
};
use crate::{
    Clock, Result,
    clients::tag,
    store::{
        self, TenantTx,
        clients::ClientWrite,
        contacts::{ContactWrite, Current},
    },
    zone,
};

pub async fn plan(clock: &Clock, tx: &mut TenantTx, table: &Table, create_clients: bool) -> Result<Plan> {
    let mut plan = Plan {
        outcomes: vec![Outcome::Unchanged; table.rows.len()],
        ..Plan::default()
    };
    let mut seen = Seen::default();
    let mut good: Vec<(usize, ContactLine)> = Vec::new();
    for (n, row) in table.rows.iter().enumerate() {
        match check(table, row, &mut seen) {
            Ok(line) => good.push((n, line)),
            Err(errors) => plan.wrong(n, row.line, errors),
        }
    }
    let mut clients = Clients::find(tx, &good).await?;
    let emails: Vec<String> = good
        .iter()
        .map(|(_, line)| line.draft.email.clone().unwrap_or_default())
        .collect();
    let mut known = by_place(store::contacts::currents(tx, &emails).await?);
    for (place, (n, line)) in good.into_iter().enumerate() {
        let row = &table.rows[n];
        let client_id = match &line.draft.client {
            None => None,
            Some(name) => {
                let id = clients.id(name, create_clients, clock, &mut plan);
                if id.is_none() {
                    let problem = Problem::NoSuchClient {
                        value: name.chars().take(80).collect(),
                    };
                    plan.wrong(
                        n,
                        row.line,
                        [FieldError {
                            field: Field::Client,
                            problem,
                        }],
                    );
                    continue;
                }
                id
            }
        };
        let found = known.remove(&place).unwrap_or_default();
        match found.first() {
            None => {
                plan.outcomes[n] = Outcome::Added;
                plan.new_contacts.push(write(clock.id(), client_id, line));
            }
            Some(current) if !seen.is_first(current.contact_id.0) => {
                let problem = Problem::Taken;
                plan.wrong(
                    n,
                    row.line,
                    [FieldError {
                        field: Field::Email,
                        problem,
                    }],
                );
            }
            Some(current) if changes(&line, client_id, current) => {
                plan.outcomes[n] = Outcome::Updated;
                let mut write = write(current.contact_id.0, client_id, line);
                // The address is how it was found; its spelling stays.
                write.email = None;
                plan.changed_contacts.push(write);
            }
            Some(_) => {}
        }
    }
    Ok(plan)
}

fn check(table: &Table, row: &Row, seen: &mut Seen) -> Result<ContactLine, Vec<FieldError>> {
    if row.has_too_many_cells {
        return Err(vec![FieldError {
            field: Field::File,
            problem: Problem::TooManyCells,
        }]);
    }
    let line = contact_line(row.named(&table.columns))?;
    let mut errors = Vec::new();
    if line.draft.zone.as_deref().is_some_and(|name| !zone::is_known(name)) {
        errors.push(FieldError {
            field: Field::Zone,
            problem: Problem::NotAZone,
        });
    }
    let email = line.draft.email.as_deref().unwrap_or_default();
    errors.extend(seen.key(Field::Email, email, row.line));
    if errors.is_empty() { Ok(line) } else { Err(errors) }
}

/// The clients that a file names.
struct Clients {
    ids: HashMap<String, Uuid>,
    unknown: HashSet<String>,
}

impl Clients {
    async fn find(tx: &mut TenantTx, lines: &[(usize, ContactLine)]) -> Result<Self> {
        let mut names: Vec<String> = lines.iter().filter_map(|(_, line)| line.draft.client.clone()).collect();
        names.sort_unstable();
        names.dedup();
        let mut ids = HashMap::new();
        for client in store::clients::by_names(tx, &names).await? {
            let place = usize::try_from(client.place - 1).unwrap_or(usize::MAX);
            if let Some(name) = names.get(place) {
                // The first is the one of the very same name, if there is one.
                ids.entry(name.clone()).or_insert(client.client_id.0);
            }
        }
        let unknown = HashSet::new();
        Ok(Self { ids, unknown })
    }

    /// The client of this name, which is added if it may be.
    fn id(&mut self, name: &str, create: bool, clock: &Clock, plan: &mut Plan) -> Option<Uuid> {
        let lower = name.to_lowercase();
        if let Some(id) = self.ids.get(name).or_else(|| self.ids.get(&lower)) {
            return Some(*id);
        }
        if self.unknown.insert(lower.clone()) {
            plan.unknown_clients.push(name.to_owned());
        }
        create.then(|| {
            let id = clock.id();
            self.ids.insert(lower, id);
            plan.clients_for_contacts += 1;
            plan.new_clients.push(ClientWrite {
                client_id: id,
                name: name.to_owned(),
                ..ClientWrite::default()
            });
            id
        })
    }
}

fn changes(line: &ContactLine, client_id: Option<Uuid>, current: &Current) -> bool {
    let draft = &line.draft;
    let language = current.language.as_deref().map(tag);
    draft.name != current.name
        || differs(draft.phone.as_ref(), current.phone.as_ref())
        || differs(draft.role.as_ref(), current.role.as_ref())
        || differs(draft.zone.as_ref(), current.zone.as_ref())
        || differs(draft.language.as_ref(), language.as_ref())
        || client_id.is_some_and(|id| current.client_id.map(|id| id.0) != Some(id))
        || line.inactive.is_some_and(|inactive| inactive != current.is_inactive)
}

fn write(contact_id: Uuid, client_id: Option<Uuid>, line: ContactLine) -> ContactWrite {
    let draft = line.draft;
    ContactWrite {
        contact_id,
        name: draft.name,
        email: draft.email,
        role: draft.role,
        phone: draft.phone,
        client_id,
        zone: draft.zone,
        language: draft.language,
        inactive: line.inactive,
    }
}
