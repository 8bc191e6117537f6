//! The fields of a server function, found by reading one from a form that has whatever is asked for.

use std::{cell::RefCell, rc::Rc};

use serde::{
    de::{DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor, value::Error},
    forward_to_deserialize_any,
};

/// The names of all fields, as a form writes them: `input[title]`, `input[attendees][]`.
pub fn of<T: DeserializeOwned>() -> Vec<String> {
    let names = Rc::default();
    let probe = Probe {
        name: String::new(),
        names: Rc::clone(&names),
    };
    T::deserialize(probe).unwrap_or_else(|error| panic!("{}: {error}", std::any::type_name::<T>()));
    names.take()
}

/// What stands at a place of the form: a text that is everything at once.
struct Probe {
    name: String,
    names: Rc<RefCell<Vec<String>>>,
}

impl Probe {
    fn at(&self, name: String) -> Self {
        Self {
            name,
            names: Rc::clone(&self.names),
        }
    }

    fn found(self) {
        self.names.borrow_mut().push(self.name);
    }
}

impl<'de> Deserializer<'de> for Probe {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.found();
        visitor.visit_str("")
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.found();
        visitor.visit_bool(false)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_seq(One(Some(self.at(format!("{}[]", self.name)))))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        use serde::de::IntoDeserializer;
        self.found();
        let first: serde::de::value::StrDeserializer<'_, Error> = variants[0].into_deserializer();
        visitor.visit_enum(first)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_map(Fields {
            of: self,
            rest: fields.iter(),
            next: "",
        })
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit_struct tuple tuple_struct map identifier
        ignored_any
    }
}

struct One(Option<Probe>);

impl<'de> SeqAccess<'de> for One {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        self.0.take().map(|probe| seed.deserialize(probe)).transpose()
    }
}

struct Fields {
    of: Probe,
    rest: std::slice::Iter<'static, &'static str>,
    next: &'static str,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        use serde::de::IntoDeserializer;
        let Some(name) = self.rest.next() else { return Ok(None) };
        self.next = name;
        let key: serde::de::value::StrDeserializer<'_, Error> = name.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let name = match self.of.name.as_str() {
            "" => self.next.to_owned(),
            outer => format!("{outer}[{}]", self.next),
        };
        seed.deserialize(self.of.at(name))
    }
}
