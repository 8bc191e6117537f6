use leptos::{
    ev,
    form::FromFormData,
    html::{self, Form},
    prelude::*,
    server_fn::{
        Http, ServerFn,
        client::Client,
        codec::PostUrl,
        error::{IntoAppError, ServerFnErrorErr},
        request::ClientReq,
    },
};
use serde::de::DeserializeOwned;
use web_sys::{FormData, SubmitEvent};

/// A form that sends an action, with script or without.
///
/// leptos has the same as a component. What is put on a component with `on:` or `attr:` goes through a type that forgets, when the page is
/// drawn anew in place, to take the new listeners: the old ones stay, and read what is gone (`AnyViewWithAttrs::rebuild` of tachys 0.2).
/// A transparent component is its element, and that takes them. The same holds for `Button` and `ButtonLink`.
#[component(transparent)]
pub fn ActionForm<ServFn, OutputProtocol>(
    action: ServerAction<ServFn>,
    #[prop(optional)] node_ref: NodeRef<Form>,
    children: Children,
) -> impl IntoView
where
    ServFn: DeserializeOwned + ServerFn<Protocol = Http<PostUrl, OutputProtocol>> + Clone + Send + Sync + 'static,
    <<ServFn::Client as Client<ServFn::Error>>::Request as ClientReq<ServFn::Error>>::FormData: From<FormData>,
    ServFn::Output: Send + Sync + 'static,
    ServFn::Error: Send + Sync + 'static,
    <ServFn as ServerFn>::Client: Client<<ServFn as ServerFn>::Error>,
{
    let send = move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        match ServFn::from_event(&event) {
            Ok(input) => drop(action.dispatch(input)),
            Err(error) => {
                let error = ServerFnErrorErr::Serialization(error.to_string()).into_app_error();
                action.value().set(Some(Err(error)));
                action.version().update(|version| *version += 1);
            }
        }
    };
    html::form()
        .action(ServFn::url())
        .method("post")
        .node_ref(node_ref)
        .on(ev::submit, send)
        .child(children())
}
