-- name: installation_share
-- title.zh: 上门安装占比
-- title.en: Installation share
-- meaning.zh: 窗口内签收、属上门安装范围的订单中，截至当时已安装的比例；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Of the shop orders delivered in the window with installation in scope, those installed so far; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: ratio
-- kind: ratio
-- better: more
-- scale: 1
-- numerator.zh: 已安装订单
-- numerator.en: shop orders installed
-- denominator.zh: 安装范围内的签收订单
-- denominator.en: shop orders delivered with installation in scope
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, installation_share. Counterpart of 商家体验分 1.5, on-site installation [S1].

select shop as subject, at as anchor, at as known_at, 0 as num, 1 as den, subject as ref
from parcel_delivered
where excluded is null
  and install = 1
union all
select shop, delivered_at, greatest(at, delivered_at), 1, 0, subject
from parcel_installed
where excluded is null
union all
select
  shop,
  delivered_at,
  greatest(at, delivered_at, installed_at),
  case when installed_at is null then 0 else -1 end,
  -1,
  subject
from order_voided
where excluded is null
  and install = 1
  and delivered_at is not null
