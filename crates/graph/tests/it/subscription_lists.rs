//! The list of subscriptions.

use chrono::TimeDelta;
use graph::{ErrorKind, NewSubscription, SubscriptionResource, notifications::ArtifactKind};
use graph_sim::{CannedAnswer, Fault, Route, Simulator};
use serde_json::json;

use crate::{subscriptions::told, support::*};

fn page(sim: &Simulator, ids: &[&str], next: Option<&str>) {
    let value: Vec<_> = ids.iter().map(|id| told(id)).collect();
    let mut page = json!({ "value": value });
    if let Some(next) = next {
        page["@odata.nextLink"] = json!(next);
    }
    sim.fault(Fault::new(
        Route::Subscriptions,
        CannedAnswer::body(200, page.to_string()),
    ));
}

#[tokio::test]
async fn lists_are_read_to_the_end() {
    let World { sim, session, .. } = world().await;
    let next = format!("{}/v1.0/subscriptions?$skiptoken=x%2By", sim.graph_url());
    page(&sim, &["1", "2"], Some(&format!("{next}1")));
    page(&sim, &[], Some(&next));
    page(&sim, &["2", "3"], None);
    let found = session.subscriptions().await.unwrap();
    let ids: Vec<_> = found.iter().map(|found| found.id.as_str()).collect();
    assert_eq!(ids, ["1", "2", "3"]);
    let resource = SubscriptionResource::parse(&found[0].resource);
    assert_eq!(resource, Some(SubscriptionResource::tenant(ArtifactKind::Recording)));
    assert_eq!(
        sim.requests().last().unwrap().path,
        "/v1.0/subscriptions?$skiptoken=x%2By"
    );
}

#[tokio::test]
async fn lists_have_bounds() {
    let World { sim, session, .. } = world().await;
    let next = format!("{}/v1.0/subscriptions?$skiptoken=x", sim.graph_url());
    for at in 0..quick().max_pages {
        page(&sim, &["1"], Some(&format!("{next}{at}")));
    }
    assert_eq!(session.subscriptions().await.unwrap_err().kind, ErrorKind::Protocol);
    assert_eq!(sim.requests_to(Route::Subscriptions).len(), 5);

    let elsewhere = Simulator::start(graph_sim::SimConfig::demo()).await.unwrap();
    for foreign in [
        format!("{}/v1.0/subscriptions", elsewhere.graph_url()),
        "not a link".to_owned(),
    ] {
        page(&sim, &["1"], Some(&foreign));
        assert_eq!(
            session.subscriptions().await.unwrap_err().kind,
            ErrorKind::Protocol,
            "{foreign}"
        );
    }
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn lifetimes_are_microsofts() {
    assert_eq!(NewSubscription::MAX_LIFE, TimeDelta::days(3));
    assert!(NewSubscription::RECOMMENDED_LIFE < NewSubscription::MAX_LIFE);
}
