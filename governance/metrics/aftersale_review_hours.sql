-- name: aftersale_review_hours
-- title.zh: 售后平均审核时长
-- title.en: Mean hours of after-sale review
-- meaning.zh: 窗口内退款成功的已发货仅退款和退货退款，从计时开始到商家审核的平均小时数；23:00 至 08:00 提交的从 08:00 起计；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Hours from the start of the clock to the shop's decision, over refunds of shipped or returned goods that succeeded in the window; requests of 23:00 to 08:00 start at 08:00; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: hours
-- kind: mean
-- better: less
-- scale: 3600000000
-- numerator.zh: 审核小时数之和
-- numerator.en: hours of review, summed
-- denominator.zh: 成功退款
-- denominator.en: successful refunds
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, aftersale_review_hours. Counterpart of 商家体验分 1.3, 售后平均审核时长 [S1].

-- A decision of the night, before the clock starts in the morning, took no time.
select
  shop as subject,
  at as anchor,
  greatest(at, reviewed_at) as known_at,
  greatest(reviewed_at - review_from, 0) as num,
  1 as den,
  order_id as ref
from aftersale_refunded
where excluded is null
  and way in ('refund_shipped', 'return_refund')
union all
select shop, refunded_at, greatest(at, refunded_at), -review_micros, -1, subject
from order_voided
where excluded is null
  and refunded_at is not null
  and review_micros is not null
