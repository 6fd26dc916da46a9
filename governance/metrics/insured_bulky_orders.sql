-- name: insured_bulky_orders
-- title.zh: 投保退货运费险的订单（大件）
-- title.en: Insured orders (bulky)
-- meaning.zh: 窗口内付款、带大件退货运费险的订单数；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Shop orders paid in the window that carry the insurance of the return freight of bulky goods; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: orders
-- kind: count
-- better: more
-- scale: 1
-- numerator.zh: 投保订单
-- numerator.en: insured shop orders
-- denominator.zh: 投保订单
-- denominator.en: insured shop orders
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, insured_bulky_orders. Counterpart of 商家体验分 1.5, return-shipping insurance (bulky) [S1].

select shop as subject, at as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from order_paid
where excluded is null
  and insured = 'bulky'
union all
select shop, paid_at, greatest(at, paid_at), -1, -1, subject
from order_voided
where excluded is null
  and insured = 'bulky'
  and paid_at is not null
