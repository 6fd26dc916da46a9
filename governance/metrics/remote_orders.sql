-- name: remote_orders
-- title.zh: 偏远地区签收订单
-- title.en: Remote orders
-- meaning.zh: 窗口内送达偏远地区的订单数；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Shop orders delivered to remote areas in the window; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: orders
-- kind: count
-- better: more
-- scale: 1
-- numerator.zh: 偏远地区签收订单
-- numerator.en: shop orders delivered to remote areas
-- denominator.zh: 偏远地区签收订单
-- denominator.en: shop orders delivered to remote areas
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, remote_orders. Counterpart of 商家体验分 1.3, remote-area delivery [S1].

select shop as subject, at as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from parcel_delivered
where excluded is null
  and remote = 1
union all
select shop, delivered_at, greatest(at, delivered_at), -1, -1, subject
from order_voided
where excluded is null
  and remote = 1
  and delivered_at is not null
