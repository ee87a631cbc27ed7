//! From a list of dialects to the types that the rest of the edge knows: which
//! dialect it is, is asked here and nowhere else.

/// Makes, of a list `Name: module`, the enums `Operator`, `Connection` and
/// `Conversation`. A module has a `Connection` that is a `Dialect`.
macro_rules! operators {
    ($($(#[$about:meta])* $Name:ident: $module:ident,)+) => {
        /// Which dialect an operator speaks.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Operator {
            $($(#[$about])* $Name,)+
        }

        /// One account at one operator. Has no `Debug`: it holds credentials.
        #[derive(Clone)]
        pub enum Connection {
            $($(#[$about])* $Name($module::Connection),)+
        }

        /// A conversation with one operator.
        pub enum Conversation<'a> {
            $($(#[$about])* $Name(<$module::Connection as Dialect>::Conversation<'a>),)+
        }

        impl Operator {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$Name),+];

            /// See [`Dialect::NAME`].
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$Name => <$module::Connection as Dialect>::NAME),+ }
            }

            /// See [`Dialect::HABITS`].
            #[must_use]
            pub fn habits(self) -> Habits {
                match self { $(Self::$Name => <$module::Connection as Dialect>::HABITS),+ }
            }

            /// See [`Dialect::HARMLESS`].
            #[must_use]
            pub fn harmless(self) -> &'static [Right] {
                match self { $(Self::$Name => <$module::Connection as Dialect>::HARMLESS),+ }
            }

            /// See [`Dialect::TELLS_AT`].
            #[must_use]
            pub fn tells_at(self) -> Option<&'static str> {
                match self { $(Self::$Name => <$module::Connection as Dialect>::TELLS_AT),+ }
            }

            /// See [`Dialect::LARGEST_EVENT`].
            #[must_use]
            pub fn largest_event(self) -> usize {
                match self { $(Self::$Name => <$module::Connection as Dialect>::LARGEST_EVENT),+ }
            }

            /// See [`Dialect::read_event`].
            pub fn read_event(
                self,
                connection: Option<&Connection>,
                envelope: &Envelope<'_>,
                body: &str,
            ) -> Result<Told, Problem> {
                match self {$(
                    Self::$Name => {
                        let own = match connection {
                            Some(Connection::$Name(own)) => Some(own),
                            _ => None,
                        };
                        $module::Connection::read_event(own, envelope, body)
                    }
                )+}
            }

            /// See [`Dialect::taken`].
            #[must_use]
            pub fn taken(self) -> Reply {
                match self { $(Self::$Name => $module::Connection::taken()),+ }
            }

            /// See [`Dialect::refusal`].
            #[must_use]
            pub fn refusal(self, problem: &Problem) -> Option<Reply> {
                match self { $(Self::$Name => $module::Connection::refusal(problem)),+ }
            }
        }

        impl Connection {
            /// Reads a connection's setting, in the dialect that it names.
            pub fn read(place: &Place<'_>, loopback: bool) -> Result<Self, Flaw> {
                let dialect = place.field("dialect")?;
                let name = dialect.text()?;
                let known = Operator::ALL.iter().find(|known| known.name() == name);
                match known {
                    $(Some(Operator::$Name) => {
                        $module::Connection::read(place, loopback).map(Self::$Name)
                    })+
                    None => {
                        let all: Vec<_> = Operator::ALL.iter().map(|known| known.name()).collect();
                        Err(dialect.wrong(&format!("is none of {}", all.join(", "))))
                    }
                }
            }

            /// Which dialect it is in.
            #[must_use]
            pub fn operator(&self) -> Operator {
                match self { $(Self::$Name(_) => Operator::$Name),+ }
            }

            /// See [`Dialect::platform_number`].
            #[must_use]
            pub fn platform_number(&self) -> &Number {
                match self { $(Self::$Name(own) => own.platform_number()),+ }
            }

            /// See [`Dialect::converse`].
            #[must_use]
            pub fn converse<'a>(&'a self, want: &'a Want, memory: Memory) -> Conversation<'a> {
                match self {
                    $(Self::$Name(own) => Conversation::$Name(own.converse(want, memory))),+
                }
            }

            /// See [`Dialect::cache_name`].
            #[must_use]
            pub fn cache_name(&self) -> String {
                match self { $(Self::$Name(own) => own.cache_name()),+ }
            }

            /// See [`Dialect::scope`].
            #[must_use]
            pub fn scope(&self, want: &Want) -> &str {
                match self { $(Self::$Name(own) => own.scope(want)),+ }
            }

            /// See [`Dialect::realm`].
            #[must_use]
            pub fn realm(&self, name: &str) -> String {
                match self { $(Self::$Name(own) => own.realm(name)),+ }
            }

            /// See [`Dialect::is_authorized`].
            #[must_use]
            pub fn is_authorized(&self, name: &str, envelope: &Envelope<'_>) -> bool {
                match self { $(Self::$Name(own) => own.is_authorized(name, envelope)),+ }
            }

            /// See [`Dialect::script`].
            #[must_use]
            pub fn script(&self, caller: &str, callee: &str) -> Option<Script> {
                match self { $(Self::$Name(own) => own.script(caller, callee)),+ }
            }
        }

        impl Converse for Conversation<'_> {
            fn next(&mut self, heard: Option<Heard>, moment: Moment) -> Step {
                match self { $(Self::$Name(own) => own.next(heard, moment)),+ }
            }

            fn pause(&self) -> Duration {
                match self { $(Self::$Name(own) => own.pause()),+ }
            }

            fn memory(self) -> Memory {
                match self { $(Self::$Name(own) => own.memory()),+ }
            }
        }
    };
}

pub(super) use operators;
