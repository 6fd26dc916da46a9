//! Numbers as PostgreSQL sends them: which of its types a column has is of no interest to who reads it.

use std::error::Error;
use tokio_postgres::types::{FromSql, Type};

/// Any of PostgreSQL's whole numbers, and its truths.
pub(crate) struct AnyInt(pub i64);

impl<'a> FromSql<'a> for AnyInt {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT4 => i32::from_sql(ty, raw)?.into(),
            Type::INT2 => i16::from_sql(ty, raw)?.into(),
            Type::BOOL => bool::from_sql(ty, raw)?.into(),
            _ => i64::from_sql(ty, raw)?,
        }))
    }
    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT8 | Type::INT4 | Type::INT2 | Type::BOOL)
    }
}

/// Any of PostgreSQL's binary numbers.
pub(crate) struct AnyReal(pub f64);

impl<'a> FromSql<'a> for AnyReal {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::FLOAT8 => f64::from_sql(ty, raw)?,
            Type::FLOAT4 => f32::from_sql(ty, raw)?.into(),
            _ => AnyInt::from_sql(ty, raw)?.0 as f64,
        }))
    }
    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::FLOAT8 | Type::FLOAT4) || AnyInt::accepts(ty)
    }
}
