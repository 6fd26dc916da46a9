//! `merchant-link`: an address by which a shop reads its own score, and nothing else.

use crate::cli::MerchantLink;
use crate::market::Open;
use crate::output::Exit;
use kernel::Moment;
use std::path::{Path, PathBuf};

/// Where the key lies with which links are signed.
pub(super) fn key_file(dir: &Path) -> PathBuf {
    dir.join("merchant.key")
}

/// The market's key, made if there is none yet.
pub(super) fn key(dir: &Path) -> Result<web_kit::merchant::Key, Exit> {
    let file = key_file(dir);
    web_kit::merchant::Key::of_file(&file)
        .map_err(|err| Exit::failed(format!("the key of merchants' links, {}: {err}", file.display())))
}

pub(crate) fn run(dir: &Path, question: &MerchantLink) -> Result<(), Exit> {
    let open = Open::reading(dir)?;
    let market = open.market(dir)?;
    let shops = govern::shops(&*open.snapshot()?).map_err(Exit::failed)?;
    let shop = super::metrics::shop(&shops, &question.shop)?;
    let until = Moment::from_timestamp(jiff::Timestamp::now()).plus_days(question.days);
    let token = key(dir)?.token(shop.id, until);
    println!("http://{}/merchant/score/link/{token}", question.listen);
    eprintln!(
        "{} ({}) reads its own score with this link until {}",
        shop.name,
        shop.external_id,
        until.rfc3339(&market.zone)
    );
    Ok(())
}
