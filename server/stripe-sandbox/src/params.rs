//! What a request says: pairs with nested names, as Stripe's libraries write them
//! (`line_items[0][price]=…`).

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// The parameters of a request, by the path of each: `line_items.0.price`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads a query or a form (`application/x-www-form-urlencoded`). Of a name that comes twice the last counts;
    /// the items of `expand[]` are counted through.
    pub fn parse(encoded: &[u8]) -> Self {
        let mut all = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(encoded) {
            let path = path(&name, &all);
            all.insert(path, value.into_owned());
        }
        Self(all)
    }

    /// The parameter at this path; an empty one counts as none.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0
            .get(path)
            .map(String::as_str)
            .filter(|v| !v.is_empty())
    }

    /// The parameter at this path as a number.
    pub fn number(&self, path: &str) -> Option<i64> {
        self.get(path)?.parse().ok()
    }

    /// The parameter at this path as a truth.
    pub fn flag(&self, path: &str) -> Option<bool> {
        self.get(path)?.parse().ok()
    }

    /// What is below this path, by the rest of the path: metadata, and the items of a list.
    pub fn below(&self, path: &str) -> Vec<(&str, &str)> {
        let prefix = format!("{path}.");
        let pairs = self.0.iter();
        pairs
            .filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?, value.as_str())))
            .collect()
    }

    /// `metadata` at this path, as an object.
    pub fn metadata(&self, path: &str) -> Value {
        let pairs = self.below(path).into_iter();
        Value::Object(
            pairs
                .map(|(k, v)| (k.to_owned(), v.into()))
                .collect::<Map<_, _>>(),
        )
    }

    /// The same for the same parameters: what an idempotency key is compared by.
    pub fn fingerprint(&self, method: &str, path: &str) -> String {
        let mut text = format!("{method} {path}");
        for (name, value) in &self.0 {
            text.push_str(&format!("\n{name}={value}"));
        }
        text
    }
}

/// `a[b][0]` becomes `a.b.0`, and `a[]` the next free number below `a`.
fn path(name: &str, all: &BTreeMap<String, String>) -> String {
    let mut path = String::new();
    for part in name.split('[') {
        let part = part.strip_suffix(']').unwrap_or(part);
        if path.is_empty() {
            path.push_str(part);
        } else if part.is_empty() {
            let next = (0..)
                .map(|n| format!("{path}.{n}"))
                .find(|path| !all.contains_key(path));
            path = next.unwrap_or(path);
        } else {
            path = format!("{path}.{part}");
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn nested_names_become_paths() {
        let params = Params::parse(
            b"line_items[0][price]=price_1&line_items[0][quantity]=2&metadata[user]=a%20b&expand[]=x&expand[]=y&cancel=",
        );
        assert_eq!(params.get("line_items.0.price"), Some("price_1"));
        assert_eq!(params.number("line_items.0.quantity"), Some(2));
        assert_eq!(
            params.metadata("metadata"),
            serde_json::json!({"user": "a b"})
        );
        assert_eq!(params.below("expand"), [("0", "x"), ("1", "y")]);
        assert_eq!(params.get("cancel"), None);
    }

    #[test]
    fn the_order_of_parameters_does_not_matter_to_a_fingerprint() {
        let one = Params::parse(b"a=1&b[c]=2").fingerprint("POST", "/v1/x");
        assert_eq!(
            one,
            Params::parse(b"b[c]=2&a=1").fingerprint("POST", "/v1/x")
        );
        assert_ne!(
            one,
            Params::parse(b"b[c]=3&a=1").fingerprint("POST", "/v1/x")
        );
    }
}
