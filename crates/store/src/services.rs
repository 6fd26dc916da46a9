//! What the functions of timers, jobs and reactions stand on besides the store: fixed by the wiring of the program, asked for
//! by type.

use crate::StoreError;
use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::sync::Arc;

/// One value of each type that was put in. Clones are the same values.
#[derive(Clone, Default)]
pub struct Services {
    values: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

impl std::fmt::Debug for Services {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Services").field("values", &self.values.len()).finish_non_exhaustive()
    }
}

impl Services {
    /// The same services, and one more.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, service: T) -> Self {
        self.values.insert(TypeId::of::<T>(), Arc::new(service));
        self
    }

    /// The service of a type; an error of ours if the wiring has none.
    pub fn get<T: Any + Send + Sync>(&self) -> Result<&T, StoreError> {
        let found = self.values.get(&TypeId::of::<T>()).and_then(|value| value.downcast_ref());
        found.ok_or(StoreError::NoService(type_name::<T>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_found_by_its_type_and_what_is_missing_is_named() {
        let services = Services::default().with(7u8).with("word");
        assert_eq!(services.get::<u8>(), Ok(&7));
        assert_eq!(services.clone().get::<&str>(), Ok(&"word"));
        let missing = services.get::<u64>().unwrap_err();
        assert!(missing.to_string().contains("u64"), "{missing}");
    }
}
