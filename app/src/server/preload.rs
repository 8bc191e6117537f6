use leptos::{WasmSplitManifest, nonce::use_nonce, prelude::*};
use leptos_meta::{Link, Script};

/// Has the browser fetch the code of an area while it reads the page.
///
/// leptos would do it by a `<link>` for each file. There are hundreds of them in an area, and drawing them took longer than the page itself;
/// a browser without script would fetch them for nothing.
pub fn preload(area: &str) {
    let Some(manifest) = use_context::<WasmSplitManifest>() else {
        return; // not split, as in tests
    };
    let Some((folder, script, splitter)) = manifest.0.try_with_value(|(folder, areas, splitter)| {
        let files = areas.get(area).map(|files| files.join(" ")).unwrap_or_default();
        (folder.clone(), links(folder, &files), splitter.clone())
    }) else {
        return;
    };
    // Parts of the head register themselves when they are drawn; what is drawn here is empty.
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    let _ = view! {
        <Script>{script}</Script>
        <Link rel="modulepreload" href=format!("{folder}/{splitter}") crossorigin=nonce />
    }
    .to_html();
}

/// The names are ours: `chunk_1.<hash>`, with nothing that would have to be escaped.
fn links(folder: &str, files: &str) -> String {
    format!(
        r#"for(const file of "{files}".split(" "))document.head.append(Object.assign(document.createElement("link"),{{rel:"preload",as:"fetch",type:"application/wasm",crossOrigin:"",href:`{folder}/${{file}}.wasm`}}))"#
    )
}
