-- name: valid_orders
-- title.zh: 有效支付订单
-- title.en: Valid paid orders
-- meaning.zh: 窗口内付款的店铺订单数；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Shop orders paid in the window; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: orders
-- kind: count
-- better: more
-- scale: 1
-- numerator.zh: 付款订单
-- numerator.en: shop orders paid
-- denominator.zh: 付款订单
-- denominator.en: shop orders paid
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, valid_orders. Counterpart of 商家体验分 1.4, 有效支付订单 (30 d) [S1].

select shop as subject, at as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from order_paid
where excluded is null
union all
select shop, paid_at, greatest(at, paid_at), -1, -1, subject
from order_voided
where excluded is null
  and paid_at is not null
