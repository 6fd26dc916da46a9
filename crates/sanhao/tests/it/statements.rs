//! Every statement of the program, prepared on both engines.

use testkit::db;

#[test]
fn every_statement_of_the_program_prepares_on_sqlite_and_on_postgresql() {
    db::on_both(|db| {
        let prepared = store::prepare_all(db).unwrap();
        assert!(prepared > 10, "only {prepared} statements are known: is a crate not linked?");
    });
}
