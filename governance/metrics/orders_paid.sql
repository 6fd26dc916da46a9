-- name: orders_paid
-- title.zh: 付款单量
-- title.en: Paid orders
-- meaning.zh: 窗口内付款的店铺订单数。
-- meaning.en: Shop orders paid in the window.
-- unit: orders
-- kind: count
-- better: more
-- scale: 1
-- numerator.zh: 付款订单
-- numerator.en: shop orders paid
-- denominator.zh: 付款订单
-- denominator.en: shop orders paid
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, orders_paid. Counterpart of 商家体验分 1.4, 有效支付订单 (30 d).

select shop as subject, at as anchor, at as known_at, 1 as num, 1 as den, subject as ref
from order_paid
