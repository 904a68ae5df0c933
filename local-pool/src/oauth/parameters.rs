//! The parameters of a query or a form.

use form_urlencoded::Serializer;

/// Names and values in their order, decoded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the text after `?`, or a form. What is not encoded, as `:` and `/`, stands for itself.
    pub fn read(text: &str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).into_owned().collect())
    }

    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// A value; one without text is none (RFC 6749, section 3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// Whether a name is there more than once, which leaves it open what was meant.
    pub fn repeats(&self, name: &str) -> bool {
        self.0.iter().filter(|(known, _)| known == name).count() > 1
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same without these.
    pub fn without(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect())
    }

    /// The same with one more, or another in its place.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut all = self.without(&[name]);
        all.0.push((name.to_owned(), value.to_owned()));
        all
    }

    /// The text to put after `?`: `+` for blanks, and nothing in it that ends a header or an attribute.
    pub fn encoded(&self) -> String {
        Serializer::new(String::new()).extend_pairs(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_is_written_so_that_it_reads_the_same() {
        for text in ["state=a%2Bb%3D%25&x=1", "a=b+c", "r=https://x.example/cb", "e=&f", "s=%0d%0aSet-Cookie:+a%3db"] {
            let read = Parameters::read(text);
            assert_eq!(Parameters::read(&read.encoded()), read, "{text}");
            assert!(!read.encoded().contains(['\r', '\n', '"', '<', ' ']), "{text}");
        }
        assert_eq!(
            Parameters::read("redirect_uri=https://x.example/cb").get("redirect_uri"),
            Some("https://x.example/cb")
        );
    }

    #[test]
    fn nothing_is_none_and_twice_is_seen() {
        let read = Parameters::read("a=&b=1&b=2");
        assert_eq!(
            (read.get("a"), read.get("b"), read.repeats("b"), read.repeats("a")),
            (None, Some("1"), true, false)
        );
    }
}
