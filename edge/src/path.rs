//! Paths against the patterns of the route tables. Pure.

/// Names that one path has at most.
const MOST_NAMES: usize = 3;

/// What a path has in the places of a pattern's `{…}`, in their order; what is
/// over is empty.
pub type Names<'a> = [&'a str; MOST_NAMES];

/// Compares a path as it was sent: nothing is decoded, so nothing can be hidden
/// in an encoding. `None`: it is another path.
#[must_use]
pub fn names<'a>(pattern: &str, path: &'a str) -> Option<Names<'a>> {
    let mut names = [""; MOST_NAMES];
    let mut places = names.iter_mut();
    let mut segments = path.split('/');
    for wanted in pattern.split('/') {
        let segment = segments.next()?;
        if wanted.starts_with('{') {
            *places.next()? = segment;
        } else if wanted != segment {
            return None;
        }
    }
    segments.next().is_none().then_some(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_names_where_its_pattern_says_so() {
        assert_eq!(names("/", "/"), Some(["", "", ""]));
        assert_eq!(names("/a/{b}", "/a/x"), Some(["x", "", ""]));
        assert_eq!(names("/{a}/b/{c}", "/x/b/y"), Some(["x", "y", ""]));
    }

    #[test]
    fn another_path_is_another_path() {
        for path in ["", "/", "/a", "/a/x/y", "/a/x/", "//a/x", "a/x", "/%61/x"] {
            assert_eq!(names("/a/{b}", path), None, "{path}");
        }
    }
}
