-- name: product_rating
-- title.zh: 商品综合评分
-- title.en: Product rating
-- meaning.zh: 窗口内签收订单的评价平均分（1 至 5）；礼赠、福袋、低价、极速退款和异常订单不计。
-- meaning.en: Mean score (1 to 5) of the reviews created in the window; gifts, lucky bags, low prices, instant refunds and abnormal orders are left out.
-- unit: stars
-- kind: mean
-- better: more
-- scale: 1
-- low: 1
-- high: 5
-- numerator.zh: 评分之和
-- numerator.en: sum of scores
-- denominator.zh: 评价
-- denominator.en: reviews
-- window_days: 30
-- source: Sanhao metric definitions 2026-11, product_rating. Counterpart of 商家体验分 1.3, 商品综合评分 [S1].

select shop as subject, at as anchor, at as known_at, score as num, 1 as den, order_id as ref
from review_created
where excluded is null
union all
-- An order that turned out not to count is taken out from then on, and not before.
select shop, review_at, greatest(at, review_at), -review_score, -1, subject
from order_voided
where excluded is null
  and review_at is not null
  and review_score is not null
