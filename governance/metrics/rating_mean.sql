-- name: rating_mean
-- title.zh: 平均评分
-- title.en: Mean rating
-- meaning.zh: 窗口内评价的平均分（1 至 5）；每个店铺订单各计一次。
-- meaning.en: Mean score (1 to 5) of the reviews created in the window, one for each shop order.
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
-- source: Sanhao metric definitions 2026-11, rating_mean. Counterpart of 商家体验分 1.3, 商品综合评分.

select shop as subject, at as anchor, at as known_at, score as num, 1 as den, order_id as ref
from review_created
