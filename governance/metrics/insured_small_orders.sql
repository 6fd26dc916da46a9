-- name: insured_small_orders
-- title.zh: 投保退货运费险的订单（小件）
-- title.en: Insured orders (small)
-- meaning.zh: 窗口内付款、带小件退货运费险的订单数；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Shop orders paid in the window that carry the insurance of the return freight of small goods; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: orders
-- kind: count
-- better: more
-- scale: 1
-- numerator.zh: 投保订单
-- numerator.en: insured shop orders
-- denominator.zh: 投保订单
-- denominator.en: insured shop orders
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, insured_small_orders. Counterpart of 商家体验分 1.5, return-shipping insurance (small) [S1].

select shop as subject, at as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from order_paid
where excluded is null
  and insured = 'small'
union all
select shop, paid_at, greatest(at, paid_at), -1, -1, subject
from order_voided
where excluded is null
  and insured = 'small'
  and paid_at is not null
