use graph::{ErrorKind, Forbidden};
use graph_sim::{Route, demo::northwind};

use crate::support::*;

#[tokio::test]
async fn a_meeting_is_found_by_its_join_url() {
    let World { sim, session, .. } = world().await;
    let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    let join_url = event.join_url.unwrap();
    let meeting = session
        .online_meeting_by_join_url(ORGANIZER_ID, &join_url)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(meeting.join_url.as_deref(), Some(join_url.as_str()));
    assert_eq!(Some(&meeting.id), sim.events()[0].online_meeting_id.as_ref());
    assert_eq!(meeting.start, event.start);

    // The link's own percent signs are encoded once more.
    let thread = join_url
        .split("19%3ameeting_")
        .nth(1)
        .unwrap()
        .split("%40")
        .next()
        .unwrap();
    let expected = [
        "/v1.0/users/33333333-3333-4333-8333-333333333333/onlineMeetings?$filter=JoinWebUrl%20eq%20%27",
        "https%3A%2F%2Fteams.microsoft.com%2Fl%2Fmeetup-join%2F19%253ameeting_",
        thread,
        "%2540thread.v2%2F0%3Fcontext%3D%257b%2522Tid%2522%253a%252211111111-1111-4111-8111-111111111111%2522",
        "%252c%2522Oid%2522%253a%252233333333-3333-4333-8333-333333333333%2522%257d%27",
    ];
    assert_eq!(sim.requests_to(Route::OnlineMeetings)[0].path, expected.concat());
}

#[tokio::test]
async fn unknown_links_are_none() {
    let World { sim: _sim, session, .. } = world().await;
    for link in [
        "https://teams.microsoft.com/meet/123?p=a&b=c#d",
        "it's 100% 'quoted' + more",
        "",
        "é€",
    ] {
        assert_eq!(
            session.online_meeting_by_join_url(ORGANIZER_ID, link).await.unwrap(),
            None,
            "{link}"
        );
    }
}

#[tokio::test]
async fn the_organizer_must_be_an_object_id() {
    let World { sim: _sim, session, .. } = world().await;
    let error = session
        .online_meeting_by_join_url(ORGANIZER, "https://x")
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.status), (ErrorKind::NotFound, Some(404)));
}

#[tokio::test]
async fn refusals_name_their_cause() {
    let World { sim, client, session } = world().await;
    let event = session.create_event(ORGANIZER, &new_event(1)).await.unwrap();
    let link = event.join_url.unwrap();
    let colleague = "77777777-7777-4777-8777-777777777777";

    let error = session.online_meeting_by_join_url(colleague, &link).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::NoTeamsPolicy));

    sim.change_user(colleague, |user| user.teams_policy = true);
    let error = session.online_meeting_by_join_url(colleague, &link).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::NotOrganizer));

    sim.change_app(northwind::CLIENT_ID, |app| app.roles.clear());
    sim.revoke_tokens();
    let error = client
        .session(credentials())
        .online_meeting_by_join_url(ORGANIZER_ID, &link)
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Forbidden(Forbidden::MissingRole));
}
