//! What a file of clients would do. A client is recognised by its name, whatever its case; the name itself stays.

use domain::{
    Field, FieldError, Problem,
    import::{ClientLine, Outcome, client_line},
};

use super::{
    plan::{Plan, Seen, by_place, differs},
    table::{Row, Table},
};
use crate::{
    Clock, Result,
    clients::tag,
    store::{
        self, TenantTx,
        clients::{ClientWrite, Current},
    },
    zone,
};

pub async fn plan(clock: &Clock, tx: &mut TenantTx, table: &Table) -> Result<Plan> {
    let mut plan = Plan {
        outcomes: vec![Outcome::Unchanged; table.rows.len()],
        ..Plan::default()
    };
    let mut seen = Seen::default();
    let mut good: Vec<(usize, ClientLine)> = Vec::new();
    for (n, row) in table.rows.iter().enumerate() {
        match check(table, row, &mut seen) {
            Ok(line) => good.push((n, line)),
            Err(errors) => plan.wrong(n, row.line, errors),
        }
    }
    let names: Vec<String> = good.iter().map(|(_, line)| line.draft.name.clone()).collect();
    let mut known = by_place(store::clients::currents(tx, &names).await?);
    for (place, (n, line)) in good.into_iter().enumerate() {
        let row = &table.rows[n];
        let found = known.remove(&place).unwrap_or_default();
        match &found[..] {
            [] => {
                plan.outcomes[n] = Outcome::Added;
                plan.new_clients.push(write(clock.id(), line.draft.name.clone(), line));
            }
            // Several differ by case only, and none is the one.
            [first, _, ..] if first.name != line.draft.name => {
                let value = first.name.clone();
                plan.wrong(n, row.line, [error(Problem::Similar { value })]);
            }
            [current, ..] if !seen.is_first(current.client_id.0) => {
                plan.wrong(
                    n,
                    row.line,
                    [error(Problem::Similar {
                        value: current.name.clone(),
                    })],
                );
            }
            [current, ..] if changes(&line, current) => {
                plan.outcomes[n] = Outcome::Updated;
                plan.changed_clients
                    .push(write(current.client_id.0, current.name.clone(), line));
            }
            _ => {}
        }
    }
    Ok(plan)
}

fn error(problem: Problem) -> FieldError {
    FieldError {
        field: Field::Name,
        problem,
    }
}

fn check(table: &Table, row: &Row, seen: &mut Seen) -> Result<ClientLine, Vec<FieldError>> {
    if row.has_too_many_cells {
        return Err(vec![FieldError {
            field: Field::File,
            problem: Problem::TooManyCells,
        }]);
    }
    let line = client_line(row.named(&table.columns))?;
    let mut errors = Vec::new();
    if line.draft.zone.as_deref().is_some_and(|name| !zone::is_known(name)) {
        errors.push(FieldError {
            field: Field::Zone,
            problem: Problem::NotAZone,
        });
    }
    errors.extend(seen.key(Field::Name, &line.draft.name, row.line));
    if errors.is_empty() { Ok(line) } else { Err(errors) }
}

fn changes(line: &ClientLine, current: &Current) -> bool {
    let draft = &line.draft;
    let language = current.language.as_deref().map(tag);
    differs(draft.url.as_ref(), current.url.as_ref())
        || differs(draft.email.as_ref(), current.email.as_ref())
        || differs(draft.phone.as_ref(), current.phone.as_ref())
        || differs(draft.street.as_ref(), current.street.as_ref())
        || differs(draft.postcode.as_ref(), current.postcode.as_ref())
        || differs(draft.city.as_ref(), current.city.as_ref())
        || differs(draft.country.as_ref(), current.country.as_ref())
        || differs(draft.zone.as_ref(), current.zone.as_ref())
        || differs(draft.language.as_ref(), language.as_ref())
        || line.inactive.is_some_and(|inactive| inactive != current.is_inactive)
}

fn write(client_id: uuid::Uuid, name: String, line: ClientLine) -> ClientWrite {
    let draft = line.draft;
    ClientWrite {
        client_id,
        name,
        url: draft.url,
        zone: draft.zone,
        language: draft.language,
        inactive: line.inactive,
        email: draft.email,
        phone: draft.phone,
        street: draft.street,
        postcode: draft.postcode,
        city: draft.city,
        country: draft.country,
    }
}
