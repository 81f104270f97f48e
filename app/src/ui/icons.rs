//! Icons, drawn on a 20-pixel grid with one line weight. They are decoration: the button around
//! one has the name.

use leptos::{prelude::*, tachys::html::InertElement};

/// An icon by the path of its line.
#[component]
fn Icon(
    /// SVG path data.
    path: &'static str,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
            <path d=path/>
        </svg>
    }
}

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        $(
            $(#[$doc])*
            #[component]
            pub fn $name() -> impl IntoView {
                view! { <Icon path=$path/> }
            }
        )*
    };
}

icons! {
    /// A sheet and a pencil: begin a conversation.
    NewChat = "M10.5 3.5h-4a3 3 0 0 0-3 3v7a3 3 0 0 0 3 3h7a3 3 0 0 0 3-3v-4M8 12l.6-2.6 6.3-6.3a1.42 1.42 0 0 1 2 2l-6.3 6.3z";
    /// A lens: search.
    Search = "M8.8 3.5a5.3 5.3 0 1 1 0 10.6 5.3 5.3 0 0 1 0-10.6M12.7 12.7l3.8 3.8";
    /// A window with a column at its side: show or hide the sidebar.
    Sidebar = "M5.5 4h9a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2M8 4v12";
    /// A keyboard: shortcuts.
    Keyboard = "M4.5 5.5h11a1.5 1.5 0 0 1 1.5 1.5v6a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 13V7a1.5 1.5 0 0 1 1.5-1.5M6 8.5h.01M8.7 8.5h.01M11.3 8.5h.01M14 8.5h.01M7 11.5h6";
    /// Two lines: open the sidebar.
    Menu = "M3.5 7h13M3.5 13h9";
    /// Close.
    Close = "m5.5 5.5 9 9m0-9-9 9";
    /// A pencil: rename.
    Pencil = "m4 16 .9-3.6L13.4 3.9a1.6 1.6 0 0 1 2.3 0l.4.4a1.6 1.6 0 0 1 0 2.3l-8.5 8.5z";
    /// A bin: delete.
    Bin = "M3.5 5.5h13M8 5.2V4a1 1 0 0 1 1-1h2a1 1 0 0 1 1 1v1.2M5 5.5l.7 9.6A1.5 1.5 0 0 0 7.2 16.5h5.6a1.5 1.5 0 0 0 1.5-1.4l.7-9.6M8.4 9v4M11.6 9v4";
    /// Two sliders: settings.
    Settings = "M3.5 6.5h6.2M14.3 6.5h2.2M3.5 13.5h2.2M10.3 13.5h6.2M12 4.2a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6M8 11.2a2.3 2.3 0 1 1 0 4.6 2.3 2.3 0 0 1 0-4.6";
    /// A card: what is paid.
    Card = "M4.5 5h11A1.5 1.5 0 0 1 17 6.5v7a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 13.5v-7A1.5 1.5 0 0 1 4.5 5M3 8.5h14M6 12h2.5";
    /// Bars: what was used.
    Bars = "M4.5 16v-5M10 16V4M15.5 16V8";
    /// A door and an arrow: sign out.
    SignOut = "M8 3.5H5.5a2 2 0 0 0-2 2v9a2 2 0 0 0 2 2H8M12.5 13.5 16 10l-3.5-3.5M16 10H8";
    /// An arrow up: send.
    ArrowUp = "M10 15.5v-11M5.2 9.2 10 4.4l4.8 4.8";
    /// An arrow down: to the end.
    ArrowDown = "M10 4.5v11M5.2 10.8 10 15.6l4.8-4.8";
    /// Two small arrows: opens a choice.
    UpDown = "m6.8 7.6 3.2-3.2 3.2 3.2M6.8 12.4l3.2 3.2 3.2-3.2";
}

/// A filled square: stop.
#[component]
pub fn StopSquare() -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <rect x="5.5" y="5.5" width="9" height="9" rx="1.6" fill="currentColor"/>
        </svg>
    }
}

/// What stands once in the page and is drawn often: the icons of every message and conversation.
const DRAWN: [(&str, &str); 8] = [
    (
        "pencil",
        "m4 16 .9-3.6L13.4 3.9a1.6 1.6 0 0 1 2.3 0l.4.4a1.6 1.6 0 0 1 0 2.3l-8.5 8.5z",
    ),
    ("again", "M15.9 8.2A6.25 6.25 0 1 0 16 12M16.2 4.4v3.9h-3.9"),
    (
        "copy",
        "M8.5 7h6A1.5 1.5 0 0 1 16 8.5v6a1.5 1.5 0 0 1-1.5 1.5h-6A1.5 1.5 0 0 1 7 14.5v-6A1.5 1.5 0 0 1 8.5 7M13 7V5.5A1.5 1.5 0 0 0 11.5 4h-6A1.5 1.5 0 0 0 4 5.5v6A1.5 1.5 0 0 0 5.5 13H7",
    ),
    (
        "about",
        "M10 9.2v4.3M10 6.6h.01M16.5 10a6.5 6.5 0 1 1-13 0 6.5 6.5 0 0 1 13 0",
    ),
    (
        "link",
        "M8.6 11.4a3 3 0 0 0 4.3 0l2.7-2.7a3 3 0 0 0-4.3-4.3l-.9.9M11.4 8.6a3 3 0 0 0-4.3 0l-2.7 2.7a3 3 0 0 0 4.3 4.3l.9-.9",
    ),
    ("more", "M4.75 10h.01M10 10h.01M15.25 10h.01"),
    ("left", "M12 5.5 7.5 10l4.5 4.5"),
    ("right", "M8 5.5 12.5 10 8 14.5"),
];

/// The icons that [`Drawn`] draws; once in the page.
#[component]
pub fn Sprite() -> impl IntoView {
    let symbols = DRAWN.map(|(name, path)| {
        view! { <symbol id=format!("i-{name}") viewBox="0 0 20 20"><path d=path/></symbol> }
    });
    view! { <svg hidden aria-hidden="true">{symbols.into_any()}</svg> }
}

/// An icon of the [`Sprite`], by name.
#[component]
pub fn Drawn(
    /// Which.
    icon: &'static str,
) -> impl IntoView {
    // As text: a page has a hundred of them, and nothing in one can change.
    InertElement::new(format!(
        r##"<svg class="icon" aria-hidden="true"><use href="#i-{icon}"></use></svg>"##
    ))
}
