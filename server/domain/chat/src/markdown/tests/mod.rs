mod code;
mod features;
mod limits;
mod maths;
mod streaming;
mod xss;

/// HTML of a text whose blocks stand in a row.
fn html(text: &str) -> String {
    let blocks = super::render(text);
    blocks
        .iter()
        .map(|block| &*block.html)
        .collect::<Vec<_>>()
        .join("\n")
}
